//! The three tutorial programs behave as their comments say.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use expect_test::{Expect, expect};

use crate::process::{CRATE_FOLDER, Client, Page, Server, run};

#[test]
fn people_from_an_empty_folder() {
    let people = Server::start("people");
    assert!(people.folder.path().join("database.db").exists());
    assert_eq!(people.send("GET /").status, 404);

    let added = people.send("POST /people/bob");
    assert_eq!(added.status, 303);
    assert!(added.head.contains("\r\nlocation: /\r\n"), "{}", added.head);
    let found = people.send("GET /");
    assert_eq!((found.status, &*found.body), (200, "bob"));

    let twice = people.send("POST /people/bob");
    assert_eq!(twice.status, 500);
    check_told(&twice, &DETAILS);
    check_told(
        &twice,
        &["\nexamples/people.rs:23\n  (the file is not found from here: start the program by `cargo run`, or in its own folder)\n"],
    );
    let error = "IntegrityError: the unique constraint `uq_people_name` of table `people` on `name` is violated";
    people.wait_for_log(error);
    let logged = people.log(error);
    assert_eq!(logged.len(), 1, "logged once");
    for detail in ["INSERT INTO people (name) VALUES (?1)", "examples/people.rs:23", "another row has this value", "endpoint=\"add\""] {
        assert!(logged[0].contains(detail), "{detail:?} is not in {logged:?}");
    }

    assert_eq!(people.send("POST /people/eve").status, 303, "the next request works");
    let names: Vec<String> = rows(&people);
    assert_eq!(names, ["bob", "eve"], "nothing is half-written");
    assert_eq!(people.log("ERROR").len() + people.log("WARN").len(), 1, "a request that failed has forgotten nothing");
    for value in ["bob", "eve"] {
        assert_eq!(people.log(value), Vec::<String>::new(), "no line of the log has the value");
    }
}

/// What the page of a debug build says of the second `bob`: constraint, statement, line and hint.
const DETAILS: [&str; 5] = [
    "500 Internal Server Error: IntegrityError\n",
    "the unique constraint `uq_people_name` of table `people` on `name` is violated\n",
    "\nhint: another row has this value: ask for it before inserting, or answer this error in an error handler, with 409 and a message\n",
    "\nStatement\n  INSERT INTO people (name) VALUES (?1)\n",
    "\nexamples/people.rs:23\n",
];

/// In a debug build the page has all details, in a release build it is nothing but the status and the request's number.
#[track_caller]
fn check_told(page: &Page, details: &[&str]) {
    if cfg!(debug_assertions) {
        for detail in details {
            assert!(page.body.contains(detail), "{detail:?} is not in {}", page.body);
        }
        return;
    }
    let lines: Vec<&str> = page.body.lines().collect();
    assert!(matches!(lines[..], ["500 Internal Server Error", "", request] if request.starts_with("Request ")), "{}", page.body);
}

#[test]
fn the_source_is_shown_where_it_is_there() {
    let people = Server::start_with("people", (CRATE_FOLDER, env!("CARGO_MANIFEST_DIR")));
    people.send("POST /people/bob");
    let twice = people.send("POST /people/bob");
    check_told(&twice, &DETAILS);
    check_told(&twice, &["\nexamples/people.rs:23\n", "\n>    23      db.commit().await?;\n"]);
}

#[cfg(unix)]
#[test]
fn told_to_end_it_ends() {
    let mut people = Server::start("people");
    people.terminate();
    assert_eq!(people.ended(), Some(0));
    people.wait_for_log("`people` has ended");
}

/// The grace is 30 s, a writer waits for 5 s: only who is told twice cuts it off.
#[cfg(unix)]
#[test]
fn told_to_end_twice_it_waits_for_nobody() {
    let mut people = Server::start_with("people", ("RUST_LOG", "info,aludel::sql=debug"));
    let other = people.database();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let client = people.client();
    let waiting = thread::spawn(move || client.try_send("POST /people/bob"));
    people.wait_for_log("BEGIN immediate=true");
    people.terminate();
    people.wait_for_log("told again, it ends at once");
    people.terminate();
    people.wait_for_log("did not end in time and are cut");
    assert_eq!(people.ended(), Some(0));
    assert!(waiting.join().unwrap().is_err(), "its client had an answer");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(rows(&people), Vec::<String>::new());
}

fn rows(server: &Server) -> Vec<String> {
    let database = server.database();
    let mut query = database.prepare("SELECT name FROM people ORDER BY id").unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Posts a name as it stands in a URL, and looks at the answer and at the names that are stored then.
#[track_caller]
fn check_name(people: &Server, name: &str, status: u16, stored: &[&str]) {
    let page = people.send(&format!("POST /people/{name}"));
    assert_eq!(page.status, status, "{page:?}");
    assert_eq!(rows(people), stored);
}

#[test]
fn names_are_kept_to_the_letter_or_refused() {
    let people = Server::start("people");
    let (drop, accents) = ("'; DROP TABLE people;--", "é".repeat(50));
    check_name(&people, "%27%3B%20DROP%20TABLE%20people%3B--", 303, &[drop]);
    assert_eq!(people.send("GET /").body, drop);
    check_name(&people, &"%C3%A9".repeat(50), 303, &[drop, &accents]);
    check_name(&people, &"x".repeat(60), 500, &[drop, &accents]);
    check_name(&people, "a%00b", 500, &[drop, &accents]);
    for error in [
        "DataError: the text for column `name` has 60 characters, more than the 50 it can hold",
        "DataError: the text holds a NUL character, which databases do not keep: column `name`",
    ] {
        people.wait_for_log(error);
    }
}

#[test]
fn what_was_answered_survives_a_kill() {
    let mut folder = tempfile::tempdir().unwrap();
    let mut answered = Vec::new();
    for round in 0..4 {
        let mut people = Server::start_in("people", folder);
        let (before, killed) = (rows(&people).len(), AtomicBool::new(false));
        answered.extend(thread::scope(|scope| {
            let (client, killed) = (people.client(), &killed);
            let writers: Vec<_> = (0..3).map(|writer| scope.spawn(move || write(client, &format!("{round}-{writer}"), killed))).collect();
            while rows(&people).len() < before + 40 {
                thread::yield_now();
            }
            people.kill();
            killed.store(true, Ordering::SeqCst);
            writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect::<Vec<_>>()
        }));
        folder = people.into_folder();
    }
    let people = Server::start_in("people", folder);
    let stored = rows(&people);
    assert!(answered.len() > 100, "{}", answered.len());
    for name in &answered {
        assert!(stored.contains(name), "`{name}` was answered and is lost");
    }
}

/// Adds names until the server is killed; returns those that were answered.
fn write(client: Client, prefix: &str, killed: &AtomicBool) -> Vec<String> {
    let mut answered = Vec::new();
    for nth in 0.. {
        let name = format!("{prefix}-{nth}");
        match client.try_send(&format!("POST /people/{name}")) {
            Ok(page) if page.status == 303 => answered.push(name),
            Ok(page) => panic!("{page:?}"),
            Err(_) if killed.load(Ordering::SeqCst) => break,
            Err(_) => thread::yield_now(),
        }
    }
    answered
}

#[test]
fn people_core_inserts_once_and_then_reports_the_constraint() {
    let core = Server::start("people_core");
    let first = core.send("GET /");
    assert_eq!((first.status, &*first.body), (200, "bob"));
    for _ in 0..2 {
        let later = core.send("GET /");
        assert_eq!(later.status, 500);
        check_told(
            &later,
            &["IntegrityError", "uq_people_name", "INSERT INTO people (name) VALUES (?1)", "\nexamples/people_core.rs:14\n"],
        );
    }
    assert_eq!(rows(&core), ["bob"]);
}

#[test]
fn people_imperative_maps_a_plain_struct() {
    let imperative = Server::start("people_imperative");
    for _ in 0..2 {
        let page = imperative.send("GET /");
        assert_eq!((page.status, &*page.body), (200, r#"Person { id: 1, name: "bob" }"#));
    }
}

/// Runs `people` with arguments and compares its exit code, its output and its errors.
#[track_caller]
fn check_command(arguments: &[&str], expected: Expect) {
    let folder = tempfile::tempdir().unwrap();
    let output = run("people", folder.path(), arguments);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    expected.assert_eq(&format!("{:?}\n{out}{err}", output.status.code()));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no command but `run` opens the database");
}

#[test]
fn the_command_line() {
    check_command(
        &["routes"],
        expect![[r#"
        Some(0)
        GET   /               index
        POST  /people/{name}  add
    "#]],
    );
    check_command(
        &["--help"],
        expect![[r#"
            Some(0)
            A web application made with Aludel

            Usage: people [OPTIONS]
                   people <COMMAND>

            Commands:
              run     Serves the application (also without any command)
              routes  Lists the routes
              help    Print this message or the help of the given subcommand(s)

            Options:
                  --host <HOST>        The address to listen on [default: 127.0.0.1]
                  --port <PORT>        The port to listen on; 0 takes a free one [default: 5000]
                  --database <URL>     Another database than the program's own
                  --debug [<WHETHER>]  Show errors as a page to browsers on this machine; only a debug build can [possible values: true, false]
              -h, --help               Print help
        "#]],
    );
    check_command(
        &["run", "--help"],
        expect![[r#"
            Some(0)
            Serves the application (also without any command)

            Usage: people run [OPTIONS]

            Options:
                  --host <HOST>        The address to listen on [default: 127.0.0.1]
                  --port <PORT>        The port to listen on; 0 takes a free one [default: 5000]
                  --database <URL>     Another database than the program's own
                  --debug [<WHETHER>]  Show errors as a page to browsers on this machine; only a debug build can [possible values: true, false]
              -h, --help               Print help
        "#]],
    );
    check_command(
        &["--prot", "1"],
        expect![[r#"
        Some(2)
        error: unexpected argument '--prot' found

          tip: a similar argument exists: '--port'

        Usage: people --port <PORT>

        For more information, try '--help'.
    "#]],
    );
    check_command(
        &["--port", "70000"],
        expect![[r#"
        Some(2)
        error: invalid value '70000' for '--port <PORT>': 70000 is not in 0..=65535

        For more information, try '--help'.
    "#]],
    );
    check_command(
        &["routs"],
        expect![[r#"
        Some(2)
        error: unrecognized subcommand 'routs'

          tip: a similar subcommand exists: 'routes'

        Usage: people [OPTIONS]
               people <COMMAND>

        For more information, try '--help'.
    "#]],
    );
}
