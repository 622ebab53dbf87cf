//! What the tests stand on: a database of its own for each, made and dropped, and engines on it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aludel_engine::{Engine, PoolOptions};
use aludel_mysql::{Location, MySql};
use aludel_sql::{MetaData, RawSql, raw};

use crate::people::TABLE;

/// A database of its own.
pub(crate) struct World {
    pub(crate) location: Location,
}

/// Where the server is.
pub(crate) fn server() -> Location {
    let url = std::env::var("ALUDEL_TEST_MYSQL").unwrap_or_else(|_unset| "mariadb://root@127.0.0.1:3306/test".to_owned());
    Location::parse(&url).expect("ALUDEL_TEST_MYSQL is a URL")
}

impl World {
    pub(crate) async fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("aludel_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut location = server();
        let engine = Engine::on(MySql::new(location.clone()));
        let created = engine.execute(raw(RawSql::trusted(format!("CREATE DATABASE {name}")))).await;
        created.expect("these tests need a MySQL or MariaDB server, at 127.0.0.1:3306 or where ALUDEL_TEST_MYSQL says");
        location.database = Some(name);
        Self { location }
    }

    /// A world whose database has the table `people`.
    pub(crate) async fn with_people() -> (Self, Engine) {
        let world = Self::new().await;
        let engine = world.engine();
        MetaData::of([&TABLE]).create_all(&engine).await.expect("the table");
        (world, engine)
    }

    pub(crate) fn engine(&self) -> Engine {
        Engine::on(MySql::new(self.location.clone()))
    }

    /// An engine of so many connections, for which nobody waits long.
    pub(crate) fn small_engine(&self, size: usize) -> Engine {
        Engine::with_pool(MySql::new(self.location.clone()), PoolOptions::default().size(size).wait(Duration::from_millis(500)))
    }
}

/// The database is dropped whatever becomes of the test.
impl Drop for World {
    fn drop(&mut self) {
        let location = self.location.clone();
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let name = location.database.clone().expect("a name");
                let engine = Engine::on(MySql::new(server()));
                // A statement of a test that has failed may hold it still.
                drop(
                    tokio::time::timeout(Duration::from_secs(5), engine.execute(raw(RawSql::trusted(format!("DROP DATABASE {name}")))))
                        .await,
                );
            });
        });
        drop(dropping.join());
    }
}

pub(crate) async fn execute(engine: &Engine, sql: &'static str) {
    engine.execute(raw(sql)).await.expect(sql);
}

pub(crate) async fn number(engine: &Engine, sql: &'static str) -> i64 {
    raw(sql).one(engine).await.expect(sql).get(0)
}

/// Waits until the condition holds, and fails after a long while.
pub(crate) async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !condition().await {
        assert!(started.elapsed() < Duration::from_secs(20), "{what} did not come");
        // tidy: condition, the pause between two looks at it
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
