//! What the tests stand on: a schema of its own on a server, engines on it, and somebody who looks from outside.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use aludel_engine::{Engine, PoolOptions};
use aludel_postgres::Postgres;
use aludel_sql::ast::RawStatement;
use aludel_sql::{Collect, MetaData, Plain, Result, Row, Statement, Value, raw};
use tokio_postgres::{Client, NoTls};

use crate::people::TABLE;

/// The server, unless the environment names another one.
const SERVER: &str = "postgres://postgres@127.0.0.1:5432/postgres";

pub(crate) fn server() -> String {
    std::env::var("ALUDEL_TEST_POSTGRES").unwrap_or_else(|_| SERVER.to_owned())
}

/// A schema of its own.
pub(crate) struct World {
    schema: String,
    outside: Client,
}

impl World {
    pub(crate) async fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let since = SystemTime::UNIX_EPOCH.elapsed().expect("a clock").as_nanos();
        let schema = format!("aludel_{}_{}_{since}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let outside = outside().await;
        outside.batch_execute(&format!("CREATE SCHEMA {schema}; SET search_path = {schema}")).await.expect("a schema");
        Self { schema, outside }
    }

    /// A world whose schema has the table `people`.
    pub(crate) async fn with_people() -> (Self, Engine) {
        let world = Self::new().await;
        let engine = world.engine();
        MetaData::of([&TABLE]).create_all(&engine).await.expect("the table");
        (world, engine)
    }

    pub(crate) fn url(&self) -> String {
        let server = server();
        let and = if server.contains('?') { '&' } else { '?' };
        format!("{server}{and}options=-c%20search_path%3D{}&application_name={}", self.schema, self.schema)
    }

    pub(crate) fn driver(&self) -> Postgres {
        Postgres::from_url(&self.url()).expect("a URL")
    }

    pub(crate) fn engine(&self) -> Engine {
        Engine::on(self.driver())
    }

    /// An engine of so many connections.
    pub(crate) fn small_engine(&self, size: usize) -> Engine {
        Engine::with_pool(self.driver(), PoolOptions::default().size(size).wait(Duration::from_secs(3)))
    }

    /// What somebody sees who comes from outside.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        self.outside.query_one(sql, &[]).await.expect(sql).get(0)
    }

    /// As [`number`](World::number), for rows of two numbers.
    pub(crate) async fn pairs(&self, sql: &str) -> Vec<(i64, i64)> {
        self.outside.query(sql, &[]).await.expect(sql).iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    /// As [`number`](World::number), for a text.
    pub(crate) async fn text(&self, sql: &str) -> String {
        self.outside.query_one(sql, &[]).await.expect(sql).get(0)
    }

    pub(crate) async fn count(&self) -> i64 {
        self.number("SELECT count(*) FROM people").await
    }

    /// Waits until no connection of this world is in a transaction or runs something, and fails after a while.
    pub(crate) async fn until_idle(&self) {
        self.until_none("state <> 'idle'").await;
    }

    /// Waits until there is no connection of this world, and fails after a while.
    pub(crate) async fn until_gone(&self) {
        self.until_none("true").await;
    }

    /// How many connections of this world are in a transaction, or run something.
    pub(crate) async fn in_transactions(&self) -> i64 {
        self.connections("state <> 'idle'").await
    }

    async fn connections(&self, condition: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND {condition}");
        self.outside.query_one(&sql, &[&self.schema]).await.expect(condition).get(0)
    }

    async fn until_none(&self, condition: &str) {
        let started = Instant::now();
        while self.connections(condition).await != 0 {
            assert!(started.elapsed() < Duration::from_secs(5), "a connection stays where {condition}");
            // tidy: condition, the pause between two looks at it
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// How many connections of this world run a statement with this word in it.
    pub(crate) async fn running(&self, word: &str) -> i64 {
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND state = 'active' AND query LIKE '%' || $2 || '%'";
        self.outside.query_one(sql, &[&self.schema, &word]).await.expect(sql).get(0)
    }

    pub(crate) async fn execute_outside(&self, sql: &str) {
        self.outside.batch_execute(sql).await.expect(sql);
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let schema = std::mem::take(&mut self.schema);
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let sql = format!("SET lock_timeout = '3s'; DROP SCHEMA {schema} CASCADE");
                // What is left is a schema of a name that does not come again.
                let _dropped = outside().await.batch_execute(&sql).await;
            });
        });
        let _dropped = dropping.join();
    }
}

async fn outside() -> Client {
    let server = server();
    let connected = tokio_postgres::connect(server.split('?').next().unwrap_or(&server), NoTls).await;
    let missing =
        |error| format!("no PostgreSQL server answers at {server}: {error}. Start one there, or name another in ALUDEL_TEST_POSTGRES");
    let (client, connection) = connected.map_err(missing).expect("a server to test on");
    tokio::spawn(connection);
    client
}

pub(crate) async fn execute(engine: &Engine, sql: &'static str) {
    engine.execute(raw(sql)).await.expect(sql);
}

pub(crate) async fn number(engine: &Engine, sql: &'static str) -> i64 {
    raw(sql).one(engine).await.expect(sql).get(0)
}

/// A raw statement whose parameter `:it` is this value.
pub(crate) fn with_value(sql: &str, value: Value<'static>) -> Statement {
    let mut statement = RawStatement::parse(&Cow::Owned(sql.to_owned()));
    statement.binds.push(("it".into(), value));
    Statement::Raw(Arc::new(statement))
}

/// All rows of a statement.
pub(crate) async fn rows(engine: &Engine, statement: &Statement) -> Result<Vec<Row>> {
    let mut rows = Collect::<Row, Plain>::all();
    engine.connect().await?.run_with(statement, &mut rows, &mut ()).await?;
    Ok(rows.rows)
}
