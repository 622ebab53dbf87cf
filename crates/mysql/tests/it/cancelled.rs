//! What becomes of a statement, or of the rest of its rows, once nobody waits for it any more.

use std::time::Duration;

use aludel_sql::{RawSql, raw};

use crate::people::insert;
use crate::world::{World, execute, number, until};

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
