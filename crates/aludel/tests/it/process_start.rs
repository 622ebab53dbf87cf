//! What keeps an application from starting: each a clear error that says what to do, and the exit code 1.

use std::path::Path;
use std::process::Output;

use expect_test::{Expect, expect};

use crate::process::run;

/// Prepares a folder, starts `people` in it, and compares what it says on the standard error stream.
#[track_caller]
fn check(prepare: impl FnOnce(&Path), expected: Expect) {
    check_with(prepare, &["--port", "0"], expected);
}

#[track_caller]
fn check_with(prepare: impl FnOnce(&Path), arguments: &[&str], expected: Expect) {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let output = run("people", folder.path(), arguments);
    let said = said(&output).replace(&*folder.path().to_string_lossy(), "FOLDER");
    expected.assert_eq(&said);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
}

/// What a program said, without the numbers by which systems differ.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines().map(|line| format!("{}\n", line.split(" (os error").next().unwrap_or_default())).collect()
}

#[test]
fn the_database_is_a_folder() {
    check(
        |folder| std::fs::create_dir(folder.join("database.db")).unwrap(),
        expect![[r#"
        Error: ConnectError: `database.db` is a folder, not a database file
          hint: name a file in it, such as `database.db`
    "#]],
    );
}

#[test]
fn the_database_is_a_text_file() {
    check(
        |folder| std::fs::write(folder.join("database.db"), "Dear diary, ".repeat(100)).unwrap(),
        expect![[r#"
        Error: ConnectError: `database.db` is no SQLite database
          hint: it holds something else; name another file, which will be made if it is missing
    "#]],
    );
}

#[test]
fn the_database_is_cut_off() {
    check(
        |folder| std::fs::write(folder.join("database.db"), "SQLite format 3\0").unwrap(),
        expect![[r#"
        Error: ConnectError: `database.db` is no SQLite database
          hint: it holds something else; name another file, which will be made if it is missing
    "#]],
    );
}

#[cfg(unix)]
#[test]
fn the_database_is_a_pipe_or_a_device() {
    let pipe = |folder: &Path| {
        let path = folder.join("database.db");
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    };
    check(
        pipe,
        expect![[r#"
        Error: ConnectError: `database.db` is a device or a pipe, not a database file
          hint: name a file, which will be made if it is missing; `sqlite://` is a database in memory
    "#]],
    );
    let device = |folder: &Path| std::os::unix::fs::symlink("/dev/null", folder.join("database.db")).unwrap();
    check(
        device,
        expect![[r#"
        Error: ConnectError: `database.db` is a device or a pipe, not a database file
          hint: name a file, which will be made if it is missing; `sqlite://` is a database in memory
    "#]],
    );
}

#[test]
fn the_table_is_older_than_its_model() {
    let older = |folder: &Path| {
        let database = rusqlite::Connection::open(folder.join("database.db")).unwrap();
        database.execute_batch("CREATE TABLE people (id INTEGER PRIMARY KEY, surname TEXT)").unwrap();
    };
    check(
        older,
        expect![[r#"
        Error: SchemaError: the table `people` in `database.db` has no column `name`, which the application maps
          hint: the table is older than the declaration: add it (`ALTER TABLE people ADD COLUMN name ..`), or name another database
    "#]],
    );
}

#[test]
fn the_port_is_taken() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = tempfile::tempdir().unwrap();
    let output = run("people", folder.path(), &["--port", &port]);
    let said = said(&output).replace(&port, "PORT");
    expect![[r#"
        Error: `127.0.0.1:PORT` is in use already; stop the program that uses it, or choose another port; port 0 takes any free one
          cause: Address already in use
    "#]]
    .assert_eq(&said);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no database is made before");
}

#[test]
fn the_address_is_none_of_this_machine() {
    check_with(
        |_| {},
        &["--host", "192.0.2.1", "--port", "0"],
        expect![[r#"
        Error: cannot listen on `192.0.2.1:0`; this machine has no such address; `127.0.0.1` is local, `0.0.0.0` is all
          cause: Cannot assign requested address
    "#]],
    );
}

/// The second line is the resolver's, and differs.
#[test]
fn the_address_is_none_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let output = run("people", folder.path(), &["--host", "no address", "--port", "0"]);
    let said = said(&output);
    expect![
        "Error: cannot listen on `no address:0`; the host is an address or a name of this machine: `127.0.0.1` is local, `0.0.0.0` is all"
    ]
    .assert_eq(said.lines().next().unwrap_or_default());
    assert_eq!(output.status.code(), Some(1));
}

/// A folder in which not even root can make a file.
#[cfg(target_os = "linux")]
#[test]
fn the_folder_cannot_be_written() {
    let output = run("people", Path::new("/proc"), &["--port", "0"]);
    expect![[r#"
        Error: ConnectError: `database.db` cannot be made
          hint: check that you may write in its folder
    "#]]
    .assert_eq(&String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1));
}

/// A database of which another program holds the write lock.
#[test]
fn another_program_writes() {
    let folder = tempfile::tempdir().unwrap();
    let database = rusqlite::Connection::open(folder.path().join("database.db")).unwrap();
    database.execute_batch("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE").unwrap();
    let output = run("people", folder.path(), &["--port", "0"]);
    expect![[r#"
        Error: TimeoutError: another process holds the write lock of the database, or needs it to itself
          statement: CREATE TABLE IF NOT EXISTS people (id INTEGER NOT NULL, name VARCHAR(50) NOT NULL, CONSTRAINT pk_people PRIMARY KEY (id), CONSTRAINT uq_people_name UNIQUE (name))
          hint: look for another program that has the file open in a long transaction
    "#]].assert_eq(&String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1));
}
