//! What the tests stand on: a folder with a database file, engines on it, runtimes.

use std::future::Future;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use aludel_engine::{Engine, PoolOptions};
use aludel_sql::{Error, MetaData, raw};
use aludel_sqlite::Sqlite;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::people::TABLE;

/// A folder of its own with a database file in it.
pub(crate) struct World(TempDir);

impl World {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("a folder"))
    }

    /// A world whose database has the table `people`.
    pub(crate) async fn with_people() -> (Self, Engine) {
        let world = Self::new();
        let engine = world.engine();
        MetaData::of([&TABLE]).create_all(&engine).await.expect("the table");
        (world, engine)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.path().join("database.db")
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    pub(crate) fn driver(&self) -> Sqlite {
        Sqlite::from_url(&format!("sqlite:///{}", self.file().display())).expect("a URL")
    }

    pub(crate) fn engine(&self) -> Engine {
        Engine::on(self.driver())
    }

    /// An engine of so many connections, for which nobody waits long.
    pub(crate) fn small_engine(&self, size: usize) -> Engine {
        Engine::with_pool(self.driver(), PoolOptions::default().size(size).wait(Duration::from_millis(30)))
    }

    /// What somebody sees who comes from outside.
    pub(crate) fn outside(&self) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open(self.file()).expect("the file");
        connection.busy_timeout(Duration::ZERO).expect("a timeout");
        connection
    }

    pub(crate) fn count(&self) -> i64 {
        self.outside().query_row("SELECT count(*) FROM people", [], |row| row.get(0)).expect("a count")
    }
}

pub(crate) async fn execute(engine: &Engine, sql: &'static str) {
    engine.execute(raw(sql)).await.expect(sql);
}

pub(crate) async fn number(engine: &Engine, sql: &'static str) -> i64 {
    raw(sql).one(engine).await.expect(sql).get(0)
}

/// An error as it is printed, its numbers of milliseconds and of tasks taken out.
pub(crate) fn shown(error: &Error) -> String {
    let text = format!("{error:?}");
    let words = text.split(' ').collect::<Vec<_>>();
    let known = |at: usize| at > 0 && (words[at - 1] == "task" || words.get(at + 1).is_some_and(|next| next.starts_with("ms")));
    let word = |at: usize| if known(at) { words[at].replace(|digit: char| digit.is_ascii_digit(), "") + "N" } else { words[at].to_owned() };
    (0..words.len()).map(word).collect::<Vec<_>>().join(" ").replace(",N", "N,")
}

/// Waits until the condition holds, and fails after a long while.
#[track_caller]
pub(crate) fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < Duration::from_secs(20), "{what} did not come");
        // tidy: condition, the pause between two looks at it
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A runtime with one worker, as our own macros build it.
pub(crate) fn one_worker() -> Runtime {
    aludel_engine::worker::builder().worker_threads(1).build().expect("a runtime")
}

/// Somebody else's runtime with several threads.
pub(crate) fn foreign_workers(threads: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(threads).enable_all().build().expect("a runtime")
}

/// Runs a future as a task on a worker of the runtime.
#[track_caller]
pub(crate) fn on<F>(runtime: &Runtime, future: F) -> F::Output
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    runtime
        .block_on(async { tokio::time::timeout(Duration::from_secs(60), tokio::spawn(future)).await })
        .expect("in time")
        .expect("no panic")
}
