//! Rows as they come: in bounded memory, with pauses, and in any number.

use std::time::Duration;

use aludel_driver_suite::streams::{Slow, a_slow_taker_needs_no_memory};
use aludel_sql::{Executable, RowRef, raw};

use crate::world::{World, execute, number};

#[tokio::test]
async fn a_slow_taker() {
    let world = World::new().await;
    a_slow_taker_needs_no_memory(&world.engine(), "SELECT seq, REPEAT('x', 20000) FROM seq_1_to_40000").await;
}

#[tokio::test]
async fn one_that_pauses_and_is_dropped() {
    let (world, _) = World::with_people().await;
    let engine = world.small_engine(1);
    let statement = raw("SELECT seq, REPEAT('x', 2000) FROM seq_1_to_1000000").into_statement();
    for millis in [1, 5, 20] {
        let mut connection = engine.connect().await.expect("a connection");
        let mut slow = Slow::up_to(usize::MAX);
        drop(tokio::time::timeout(Duration::from_millis(millis), connection.run_with(&statement, &mut slow, &mut ())).await);
        drop(connection);
        assert_eq!(number(&engine, "SELECT 5").await, 5);
    }
    let mut connection = engine.connect().await.expect("a connection");
    let mut slow = Slow::up_to(3);
    connection.run_with(&statement, &mut slow, &mut ()).await.expect("enough");
    assert_eq!(slow.taken(), 3);
}

#[tokio::test]
async fn rows_of_no_columns_and_no_rows() {
    let (_world, engine) = World::with_people().await;
    assert_eq!(raw("SELECT * FROM people").all(&engine).await.expect("rows").len(), 0);
    assert_eq!(raw("DELETE FROM people").all(&engine).await.expect("no rows").len(), 0);
    execute(&engine, "CREATE TABLE wide (a INT)").await;
    assert_eq!(raw("INSERT INTO wide VALUES (1), (2) RETURNING a").all(&engine).await.expect("rows").len(), 2);
    assert_eq!(raw("SELECT a FROM wide").all(&engine).await.expect("rows").len(), 2);
    execute(&engine, "ALTER TABLE wide ADD COLUMN b INT DEFAULT 7, DROP COLUMN a").await;
    let rows = raw("SELECT * FROM wide").all(&engine).await.expect("rows");
    assert_eq!(rows[0].get::<i64>("b"), 7);
}

#[tokio::test]
async fn a_statement_that_is_kept_sees_new_columns() {
    let (world, _) = World::with_people().await;
    let engine = world.small_engine(1);
    execute(&engine, "CREATE TABLE changing (a INT)").await;
    execute(&engine, "INSERT INTO changing VALUES (1)").await;
    let names = async || -> Vec<String> {
        let row = raw("SELECT * FROM changing").one(&engine).await.expect("a row");
        row.names().iter().map(|name| name.to_string()).collect()
    };
    assert_eq!(names().await, ["a"]);
    execute(&engine, "ALTER TABLE changing ADD COLUMN b VARCHAR(5) DEFAULT 'x'").await;
    assert_eq!(names().await, ["a", "b"]);
    execute(&engine, "ALTER TABLE changing CHANGE a c BIGINT").await;
    assert_eq!(names().await, ["c", "b"]);
}
