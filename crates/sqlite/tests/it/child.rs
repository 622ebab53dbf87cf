//! A second process: the test binary once more, told by its environment what to do. It and its parent speak by pipes.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};

use aludel_engine::Engine;
use aludel_sqlite::{Location, Sqlite};

use crate::people::insert;
use crate::world::one_worker;

const WORK: &str = "ALUDEL_TEST_CHILD_WORK";
const FILE: &str = "ALUDEL_TEST_CHILD_FILE";

/// A second process at work on a file.
pub(crate) struct Child {
    process: std::process::Child,
    lines: Lines<BufReader<ChildStdout>>,
    stdin: Option<ChildStdin>,
}

impl Child {
    fn start(work: &str, file: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("the test binary"));
        command.args(["--exact", "child::entry", "--nocapture"]).env(WORK, work).env(FILE, file);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a process");
        let lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        Self { stdin: process.stdin.take(), process, lines }
    }

    /// One that has the write lock until it is told to let go.
    pub(crate) fn with_lock(file: &Path) -> Self {
        let mut child = Self::start("lock", file);
        assert_eq!(child.hear().as_deref(), Some("locked"));
        child
    }

    /// One that has the whole file to itself until it is told to let go.
    pub(crate) fn alone_with(file: &Path) -> Self {
        let mut child = Self::start("alone", file);
        assert_eq!(child.hear().as_deref(), Some("locked"));
        child
    }

    /// One that inserts rows and tells the number of each after its commit.
    pub(crate) fn inserting(file: &Path) -> Self {
        Self::start("insert", file)
    }

    /// What it says next; none at its end.
    pub(crate) fn hear(&mut self) -> Option<String> {
        self.lines.find_map(|line| Some(line.ok()?.split_once(">>")?.1.to_owned()))
    }

    /// Tells it to let go; it has done so at the return.
    pub(crate) fn let_go(&mut self) {
        drop(self.stdin.take());
        assert_eq!(self.hear().as_deref(), Some("unlocked"));
    }

    /// Ends it without a warning; what it had said before is still to be heard.
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ends");
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _already_ended = self.process.kill();
        let _ended = self.process.wait();
    }
}

fn say(word: impl std::fmt::Display) {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, ">>{word}").and_then(|()| stdout.flush()).expect("the parent listens");
}

/// Where the second process begins; nothing to do in the first one.
#[test]
fn entry() {
    let (Ok(work), Some(file)) = (std::env::var(WORK), std::env::var_os(FILE)) else { return };
    match work.as_str() {
        "lock" => hold(Path::new(&file), "BEGIN IMMEDIATE"),
        "alone" => hold(Path::new(&file), "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE"),
        _ => insert_for_ever(Path::new(&file)),
    }
    std::process::exit(0);
}

fn hold(file: &Path, begin: &str) {
    let connection = rusqlite::Connection::open(file).expect("the file");
    connection.execute_batch(begin).expect("the lock");
    say("locked");
    let _closed = std::io::stdin().lock().read_line(&mut String::new());
    connection.execute_batch("COMMIT").expect("to let go");
    drop(connection);
    say("unlocked");
}

fn insert_for_ever(file: &Path) {
    let engine = Engine::on(Sqlite::new(Location::file(file)));
    one_worker().block_on(async {
        for number in 0.. {
            engine.execute(insert(format!("{}-{number}", std::process::id()))).await.expect("to insert");
            say(format!("{}-{number}", std::process::id()));
        }
    });
}
