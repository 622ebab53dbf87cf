//! What the options of a URL do to a database: each is asked back from it, or seen at work.

use std::time::{Duration, Instant};

use aludel_engine::Engine;
use aludel_sql::{Error, ErrorKind, MetaData, raw};
use aludel_sqlite::Sqlite;

use crate::child::Child;
use crate::people::{TABLE, insert};
use crate::world::{World, execute, number, shown};

const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
const ENDLESS_WRITE: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) INSERT INTO people (name) SELECT 'bob' FROM n WHERE i < 0";

fn engine(world: &World, options: &str) -> Engine {
    Engine::on(Sqlite::from_url(&format!("sqlite:///{}?{options}", world.file().display())).expect("a URL"))
}

async fn pragmas(engine: &Engine) -> Vec<i64> {
    let names = ["foreign_keys", "recursive_triggers", "secure_delete", "temp_store", "cache_size", "mmap_size", "synchronous"];
    let mut values = Vec::new();
    for name in names {
        values.push(number(engine, Box::leak(format!("PRAGMA {name}").into_boxed_str())).await);
    }
    values
}

#[tokio::test]
async fn each_pragma_is_what_the_url_says() {
    let world = World::new();
    assert_eq!(pragmas(&engine(&world, "")).await, [1, 0, 0, 0, -2000, 0, 1]);
    let options =
        "foreign_keys=off&recursive_triggers=on&secure_delete=on&temp_store=memory&cache_size=50&mmap_size=65536&synchronous=full";
    let all = engine(&world, options);
    assert_eq!(pragmas(&all).await, [0, 1, 1, 2, 50, 65536, 2]);
    assert_eq!(number(&engine(&world, "secure_delete=fast"), "PRAGMA secure_delete").await, 2);
    assert_eq!(raw("PRAGMA journal_mode").one(&all).await.expect("a mode").get::<String>(0), "wal");
}

#[tokio::test]
async fn foreign_keys_are_not_enforced_where_the_url_says_so() {
    let (world, checked) = World::with_people().await;
    let sql = "INSERT INTO people (name, boss_id) VALUES ('bob', 99)";
    assert!(checked.execute(raw(sql)).await.expect_err("there is no row 99").as_integrity().is_some());
    execute(&engine(&world, "foreign_keys=off"), sql).await;
    assert_eq!(world.count(), 1);
}

fn is_too_long(error: &Error) {
    assert_eq!(*error.kind(), ErrorKind::Timeout, "{error:?}");
    assert!(error.to_string().contains("longer than the 40 ms that `statement_timeout` allows"), "{error}");
    assert!(shown(error).contains("allow more by `statement_timeout` in the URL"), "{error:?}");
}

#[tokio::test]
async fn a_statement_that_runs_too_long_is_stopped() {
    let (world, _engine) = World::with_people().await;
    let engine = engine(&world, "statement_timeout=40");
    is_too_long(&raw(ENDLESS).one(&engine).await.expect_err("it has no end"));
    is_too_long(&engine.execute(raw(ENDLESS_WRITE)).await.expect_err("it has no end"));
    assert_eq!(engine.execute(insert("bob")).await.expect("the next one has its own time"), 1);
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("eve")).await.expect("to insert");
    is_too_long(&transaction.execute(raw(ENDLESS_WRITE)).await.expect_err("it has no end"));
    drop(transaction);
    assert_eq!(world.count(), 1, "the transaction of a write that was stopped is gone");
}

/// The thread served a connection with a limit before; the next one has none.
#[tokio::test]
async fn the_limit_is_that_of_the_connection() {
    let (world, free) = World::with_people().await;
    let limited = engine(&world, "statement_timeout=40");
    let long = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT count(*) FROM n";
    is_too_long(&raw(ENDLESS).one(&limited).await.expect_err("it has no end"));
    assert_eq!(number(&free, long).await, 2_000_000);
    assert_eq!(number(&limited, "SELECT count(*) FROM people").await, 0);
}

#[tokio::test]
async fn nobody_waits_longer_for_another_process_than_the_url_says() {
    let world = World::new();
    MetaData::of([&TABLE]).create_all(&world.engine()).await.expect("the table");
    let _child = Child::with_lock(&world.file());
    for options in ["busy_timeout=0", "busy_timeout=50", "statement_timeout=50"] {
        let (engine, started) = (engine(&world, options), Instant::now());
        let error = engine.execute(insert("bob")).await.expect_err("the lock is held");
        assert_eq!(*error.kind(), ErrorKind::Timeout, "{options}: {error:?}");
        assert!(started.elapsed() < Duration::from_secs(3), "{options}: it gave up before the five seconds that are the default");
    }
}

#[tokio::test]
async fn nor_for_another_writer_of_this_one() {
    let (world, patient) = World::with_people().await;
    let mut transaction = patient.begin_immediate().await.expect("to begin");
    transaction.execute(insert("bob")).await.expect("to insert");
    let hasty = engine(&world, "busy_timeout=20");
    let waited = tokio::spawn(async move { hasty.execute(insert("eve")).await }).await.expect("no panic");
    let error = waited.expect_err("the place is held");
    assert!(error.to_string().contains("waited 20 ms for the place of the writer"), "{error}");
}
