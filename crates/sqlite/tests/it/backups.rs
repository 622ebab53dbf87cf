//! Copies of a database that is in use: of one moment, whole or not there at all.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use aludel_engine::Engine;
use aludel_sql::{ErrorKind, MetaData, raw};
use aludel_sqlite::{Backup, Location, Progress, Sqlite};
use expect_test::{Expect, expect};

use crate::people::{TABLE, insert};
use crate::world::{World, execute, shown, until};

/// The number of rows of a copy that is whole.
fn checked(copy: &Path) -> i64 {
    let connection = rusqlite::Connection::open(copy).expect("the copy");
    let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a check");
    assert_eq!(check, "ok");
    connection.query_row("SELECT count(*) FROM people", [], |row| row.get(0)).expect("a count")
}

fn content(file: &Path) -> Vec<(i64, String, Option<String>)> {
    let connection = rusqlite::Connection::open(file).expect("the file");
    let mut query = connection.prepare("SELECT id, name, email FROM people ORDER BY id").expect("a query");
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("rows");
    rows.collect::<Result<_, _>>().expect("rows")
}

/// Some 20 MiB, so that a copy takes several steps.
async fn large() -> (World, Engine) {
    let (world, engine) = World::with_people().await;
    let fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) \
                INSERT INTO people (name, email) SELECT 'person ' || i, hex(randomblob(5000)) FROM n";
    execute(&engine, fill).await;
    (world, engine)
}

fn left(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.filter(|name| !name.starts_with("database.db")).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_copy_equals_what_it_was_made_of() {
    let (world, engine) = large().await;
    let copy = world.folder().join("copy.db");
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    Backup::to(&copy).progress(move |progress| tell.lock().expect("no panic").push(progress)).run(&engine).await.expect("a backup");
    assert_eq!(left(&world.folder()), ["copy.db"]);
    assert_eq!(checked(&copy), 2000);
    assert!(content(&copy) == content(&world.file()));
    let told: Vec<Progress> = told.lock().expect("no panic").clone();
    assert!(told.len() > 3 && told.is_sorted_by(|one, next| one.done < next.done && one.total == next.total), "{told:?}");
    assert!(told.last().is_some_and(|last| last.done == last.total));
    let restored = Engine::on(Sqlite::new(Location::file(&copy)));
    assert_eq!(restored.execute(insert("bob")).await.expect("the copy is a database like any other"), 1);
}

/// From within the progress of the copy, so that it is known to run.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_and_writers_go_on_meanwhile() {
    let (world, engine) = large().await;
    let (started, written) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let writing = tokio::spawn({
        let (engine, started, written) = (engine.clone(), Arc::clone(&started), Arc::clone(&written));
        async move {
            while !started.load(Ordering::SeqCst) {
                tokio::task::yield_now().await;
            }
            for number in 0..50 {
                engine.execute(insert(format!("late {number}"))).await.expect("to insert");
                assert_eq!(raw("SELECT count(*) FROM people").one(&engine).await.expect("to read").get::<i64>(0), 2001 + number);
                written.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    let copy = world.folder().join("copy.db");
    let steps = Arc::new(AtomicU64::new(0));
    let backup = Backup::to(&copy).progress({
        let steps = Arc::clone(&steps);
        move |_progress| {
            started.store(true, Ordering::SeqCst);
            // The first steps of the copy each wait for some of the writes: none is undone or begun anew by them.
            let step = steps.fetch_add(1, Ordering::SeqCst) + 1;
            until("the writer", || written.load(Ordering::SeqCst) >= (step * 20).min(50));
        }
    });
    backup.run(&engine).await.expect("a backup");
    writing.await.expect("no panic");
    assert!(steps.load(Ordering::SeqCst) < 20, "the copy is not begun anew after each write");
    assert_eq!((checked(&copy), world.count()), (2000, 2050), "what was written later is not in the copy");
}

#[tokio::test]
async fn a_copy_that_nobody_waits_for_leaves_nothing() {
    let (world, engine) = large().await;
    let copy = world.folder().join("copy.db");
    let (reached, ended) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    struct End(Arc<AtomicBool>);
    impl Drop for End {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let (end, tell, gone) = (End(Arc::clone(&ended)), Arc::clone(&reached), Arc::new(AtomicBool::new(false)));
    let dropped = Arc::clone(&gone);
    let backup = Backup::to(&copy).progress(move |_progress| {
        let _kept = &end;
        tell.store(true, Ordering::SeqCst);
        until("the drop", || dropped.load(Ordering::SeqCst));
    });
    let running = tokio::spawn({
        let engine = engine.clone();
        async move { backup.run(&engine).await }
    });
    while !reached.load(Ordering::SeqCst) {
        tokio::task::yield_now().await;
    }
    running.abort();
    assert!(running.await.expect_err("it was aborted").is_cancelled());
    gone.store(true, Ordering::SeqCst);
    until("the end of the copy", || ended.load(Ordering::SeqCst) && left(&world.folder()).is_empty());
    Backup::to(&copy).run(&engine).await.expect("another one");
    assert_eq!(checked(&copy), 2000);
}

async fn refused(backup: Backup, engine: &Engine, folder: &Path, expected: Expect) {
    let error = backup.run(engine).await.expect_err("refused");
    expected.assert_eq(&shown(&error).replace(&folder.display().to_string(), "FOLDER"));
}

#[tokio::test]
async fn a_file_that_is_there_is_replaced_only_if_that_is_asked_for() {
    let (world, engine) = World::with_people().await;
    engine.execute(insert("bob")).await.expect("to insert");
    let folder = world.folder();
    let copy = folder.join("copy.db");
    std::fs::write(&copy, "something else").expect("a file");
    let there = expect![[r#"
        ConfigError: the file `FOLDER/copy.db` is there already
          hint: choose another name, or allow it to be replaced by `Backup::replace`"#]];
    refused(Backup::to(&copy), &engine, &folder, there).await;
    assert_eq!(std::fs::read(&copy).expect("the file"), b"something else");
    Backup::to(&copy).replace().run(&engine).await.expect("asked for");
    assert_eq!(checked(&copy), 1);
    let open = rusqlite::Connection::open(&copy).expect("the copy");
    open.execute("DELETE FROM people", []).expect("to delete");
    refused(
        Backup::to(&copy).replace(),
        &engine,
        &folder,
        expect![[r#"
        ConfigError: `FOLDER/copy.db` is in use, or was not closed: there is `FOLDER/copy.db-wal`
          hint: close what has it open, or choose another name"#]],
    )
    .await;
    drop(open);
    refused(
        Backup::to(folder.join("no/copy.db")),
        &engine,
        &folder,
        expect![[r#"
        StorageError: `FOLDER/no/copy.db` cannot be written
          cause: No such file or directory (os error 2)
          hint: check that its folder is there, that you may write in it, and that the disk is not full"#]],
    )
    .await;
    refused(Backup::to(world.file()).replace(), &engine, &folder, expect!["ConfigError: `FOLDER/database.db` is the database itself"])
        .await;
    refused(Backup::to(&folder).replace(), &engine, &folder, expect!["ConfigError: `FOLDER` is there already, and is no file"]).await;
    refused(
        Backup::to(folder.join("b.db")).of_schema("other"),
        &engine,
        &folder,
        expect![[r#"
        SyntaxError: the database has no table `other.sqlite_schema`
          hint: make it with `MetaData::create_all`, or check that the URL names the right file"#]],
    )
    .await;
    assert_eq!(left(&folder), ["copy.db"]);
}

#[tokio::test]
async fn a_vacuum_into_another_file_leaves_the_empty_space_out() {
    let (world, engine) = large().await;
    execute(&engine, "DELETE FROM people WHERE id > 100").await;
    let (copy, small) = (world.folder().join("copy.db"), world.folder().join("it's small.db"));
    Backup::to(&copy).run(&engine).await.expect("a copy");
    Backup::to(&small).vacuum_into(&engine).await.expect("a smaller one");
    assert_eq!((checked(&copy), checked(&small)), (100, 100));
    let size = |path: &PathBuf| path.metadata().expect("a file").len();
    assert!(size(&small) * 5 < size(&copy));
    assert_eq!(*Backup::to(&small).vacuum_into(&engine).await.expect_err("it is there").kind(), ErrorKind::Config);
    assert_eq!(left(&world.folder()), ["copy.db", "it's small.db"]);
}

#[tokio::test]
async fn a_database_in_memory_is_copied_too() {
    let world = World::new();
    let engine = Engine::on(Sqlite::from_url("sqlite://").expect("a URL"));
    MetaData::of([&TABLE]).create_all(&engine).await.expect("the table");
    engine.execute(insert("bob")).await.expect("to insert");
    let (copy, small) = (world.folder().join("copy.db"), world.folder().join("small.db"));
    Backup::to(&copy).run(&engine).await.expect("a copy");
    Backup::to(&small).vacuum_into(&engine).await.expect("another one");
    assert_eq!((checked(&copy), checked(&small)), (1, 1));
    assert_eq!(engine.execute(insert("eve")).await.expect("its connection is free again"), 1);
}

/// An index in an order of the program's own can only be written anew by who knows the order.
#[tokio::test]
async fn with_functions_and_orders_of_the_programs_own() {
    let world = World::new();
    let engine = Engine::on(world.driver().collation("backwards", |a, b| b.cmp(a)));
    execute(&engine, "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT COLLATE backwards UNIQUE)").await;
    execute(&engine, "INSERT INTO people (name) VALUES ('a'), ('b')").await;
    let copy = world.folder().join("copy.db");
    Backup::to(&copy).vacuum_into(&engine).await.expect("a copy");
    let again = Engine::on(Sqlite::new(Location::file(copy)).collation("backwards", |a, b| b.cmp(a)));
    let names = raw("SELECT name FROM people ORDER BY name").all(&again).await.expect("rows");
    assert_eq!(names[0].get::<String>(0), "b");
}
