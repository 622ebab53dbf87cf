//! A future dropped at every one of its await points in turn, and at random ones: afterwards no connection of the pool is in
//! a transaction, every row is that of its own statement, and nothing is there that nobody was told of.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use aludel_driver_suite::campaign::cancel_at;
use aludel_engine::Engine;
use aludel_sql::{RawSql, raw};

use crate::people::insert;
use crate::world::{World, execute, number, until};

/// A piece of work on an engine.
type Work = fn(Engine, usize) -> Pin<Box<dyn Future<Output = aludel_sql::Result> + Send>>;

const WORKS: [(&str, Work); 6] = [
    ("connect", |engine, _| Box::pin(async move { engine.connect().await.map(drop) })),
    ("transaction", |engine, nth| {
        Box::pin(async move {
            let mut transaction = engine.begin().await?;
            transaction.execute(insert(format!("transaction-{nth}-a"))).await?;
            transaction.execute(insert(format!("transaction-{nth}-b"))).await?;
            transaction.commit().await
        })
    }),
    ("rollback", |engine, nth| {
        Box::pin(async move {
            let mut transaction = engine.begin().await?;
            transaction.execute(insert(format!("rollback-{nth}"))).await?;
            transaction.rollback().await
        })
    }),
    ("execute", |engine, nth| Box::pin(async move { engine.execute(insert(format!("execute-{nth}"))).await.map(drop) })),
    ("query", |engine, _| Box::pin(async move { raw("SELECT seq FROM seq_1_to_3000").all(&engine).await.map(drop) })),
    ("raw begin", |engine, nth| {
        Box::pin(async move {
            let mut connection = engine.connect().await?;
            connection.execute(raw("BEGIN")).await?;
            connection.execute(insert(format!("rollback-raw-{nth}"))).await.map(drop)
        })
    }),
];

/// What must be true after every cancelled work.
async fn check(engine: &Engine, what: &str) {
    until(what, async || engine.free_connections() == 2).await;
    let (mut one, mut other) = (engine.connect().await.expect(what), engine.connect().await.expect(what));
    for connection in [&mut one, &mut other] {
        assert!(!connection.is_open(), "{what}: a transaction is open");
        for nth in [7_i64, 8] {
            let row = raw("SELECT :nth, @@in_transaction").bind("nth", nth).one(&mut *connection).await.expect(what);
            assert_eq!((row.get::<i64>(0), row.get::<i64>(1)), (nth, 0), "{what}");
        }
    }
}

/// A transaction is there whole or not at all, and what was rolled back is not there.
async fn check_rows(engine: &Engine) {
    let halves = "SELECT COUNT(*) FROM (SELECT LEFT(name, CHAR_LENGTH(name) - 2) n FROM people WHERE name LIKE 'transaction%' GROUP BY n HAVING COUNT(*) <> 2) h";
    assert_eq!(number(engine, halves).await, 0, "half of a transaction");
    assert_eq!(number(engine, "SELECT COUNT(*) FROM people WHERE name LIKE 'rollback%'").await, 0);
}

#[tokio::test]
async fn at_every_await_point() {
    let (world, outside) = World::with_people().await;
    for (name, work) in WORKS {
        // A new engine has to open its connections; the second time they are there.
        for polls in 0.. {
            let engine = world.small_engine(2);
            let mut ends = 0;
            for warm in [0, 1] {
                let end = cancel_at(polls, work(engine.clone(), polls * 2 + warm)).await.transpose().expect(name);
                ends += usize::from(end.is_some());
                check(&engine, name).await;
            }
            if ends == 2 {
                break;
            }
            assert!(polls < 200, "{name} comes to its end");
        }
        check_rows(&outside).await;
    }
    until("the end of every transaction", async || world.open_transactions(&outside).await == 0).await;
}

#[tokio::test]
async fn at_random_times() {
    let (world, outside) = World::with_people().await;
    let engine = world.small_engine(2);
    let cases = if std::env::var_os("RUN_SLOW_TESTS").is_some() { 10_000 } else { 600 };
    let seed: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut state = seed;
    for nth in 0..cases {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (name, work) = WORKS[(state >> 60) as usize % WORKS.len()];
        let micros = (state >> 33) % 2_500;
        // An error is one of the end of another one's patience only, and there is nobody else.
        if let Ok(result) = tokio::time::timeout(Duration::from_micros(micros), work(engine.clone(), nth)).await {
            result.expect(name);
        }
        let row = raw("SELECT :nth, @@in_transaction").bind("nth", nth as i64).one(&engine).await.expect(name);
        assert_eq!((row.get::<i64>(0), row.get::<i64>(1)), (nth as i64, 0), "{name} after {micros} µs");
    }
    check(&engine, "the pool").await;
    check_rows(&outside).await;
    until("the end of every transaction", async || world.open_transactions(&outside).await == 0).await;
}

#[tokio::test]
async fn a_statement_that_runs_long_ends_with_its_future() {
    let (world, outside) = World::with_people().await;
    let engine = world.small_engine(1);
    let long = tokio::time::timeout(Duration::from_millis(50), engine.execute(raw("DO SLEEP(60)"))).await;
    assert!(long.is_err());
    let sleeping = "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'DO SLEEP%' AND db = DATABASE()";
    until("the end of the statement", async || number(&outside, sleeping).await == 0).await;
    assert_eq!(number(&engine, "SELECT 1").await, 1);
}

#[tokio::test]
async fn a_large_result_that_nobody_reads_costs_nothing() {
    let (world, _outside) = World::with_people().await;
    let engine = world.small_engine(1);
    for rows in [10, 1_000, 100_000_000_u64] {
        let sql = RawSql::trusted(format!("SELECT seq, REPEAT('x', 100) FROM seq_1_to_{rows}"));
        let started = std::time::Instant::now();
        drop(raw(sql).first(&engine).await.expect("a row"));
        assert_eq!(number(&engine, "SELECT 7").await, 7);
        assert!(started.elapsed() < Duration::from_secs(5), "{rows} rows");
    }
}

#[tokio::test]
async fn in_a_transaction_the_rest_of_a_result_is_passed_over() {
    let (_world, engine) = World::with_people().await;
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("ada")).await.expect("to insert");
    raw("SELECT seq, REPEAT('x', 100) FROM seq_1_to_50000").first(&mut transaction).await.expect("a row");
    transaction.commit().await.expect("the transaction stands");
    assert_eq!(number(&engine, "SELECT COUNT(*) FROM people").await, 1);
    execute(&engine, "DELETE FROM people").await;
}
