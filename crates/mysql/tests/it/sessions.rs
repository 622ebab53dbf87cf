//! What raw statements do to a connection, nobody else meets.

use aludel_sql::{ErrorKind, raw};

use crate::world::{World, execute, number};

async fn text(engine: &aludel_engine::Engine, sql: &'static str) -> String {
    raw(sql).one(engine).await.expect(sql).get(0)
}

#[tokio::test]
async fn every_connection_is_set_up() {
    let (_world, engine) = World::with_people().await;
    let row = raw("SELECT @@time_zone, @@sql_mode, @@collation_connection, @@character_set_client").one(&engine).await.expect("settings");
    assert_eq!(row.get::<String>(0), "+00:00");
    let mode = row.get::<String>(1);
    assert!(mode.contains("STRICT_ALL_TABLES") && mode.contains("NO_ZERO_DATE") && !mode.contains("ANSI"), "{mode}");
    let (collation, set) = (row.get::<String>(2), row.get::<String>(3));
    assert!(["utf8mb4_nopad_bin", "utf8mb4_0900_bin"].contains(&&*collation) && set == "utf8mb4", "{collation} {set}");
    assert_eq!(number(&engine, "SELECT 'a' = 'a ' OR 'a' = 'A'").await, 0, "texts are equal if they are the same");
}

#[tokio::test]
async fn what_was_set_is_forgotten() {
    let (world, _) = World::with_people().await;
    let engine = world.small_engine(1);
    let id = number(&engine, "SELECT CAST(CONNECTION_ID() AS SIGNED)").await;
    execute(&engine, "SET time_zone = '+05:00', sql_mode = '', @a = 5").await;
    assert_eq!(text(&engine, "SELECT @@time_zone").await, "+00:00");
    assert!(text(&engine, "SELECT @@sql_mode").await.contains("STRICT_ALL_TABLES"));
    assert_eq!(number(&engine, "SELECT @a IS NULL").await, 1);
    assert_eq!(number(&engine, "SELECT CAST(CONNECTION_ID() AS SIGNED)").await, id, "it was reset, not closed");
}

#[tokio::test]
async fn temporary_tables_and_locks_go() {
    let (world, other) = World::with_people().await;
    let engine = world.small_engine(1);
    execute(&engine, "CREATE TEMPORARY TABLE mine (a INT)").await;
    let error = raw("SELECT * FROM mine").all(&engine).await.expect_err("it is gone");
    assert_eq!(*error.kind(), ErrorKind::Syntax);
    execute(&engine, "LOCK TABLES people WRITE").await;
    assert_eq!(number(&other, "SELECT COUNT(*) FROM people").await, 0);
    assert_eq!(number(&engine, "SELECT GET_LOCK('mine', 0)").await, 1);
    assert_eq!(number(&other, "SELECT GET_LOCK('mine', 5)").await, 1);
}

#[tokio::test]
async fn another_database_is_not_kept() {
    let (world, _) = World::with_people().await;
    let engine = world.small_engine(1);
    execute(&engine, "USE information_schema").await;
    assert_eq!(text(&engine, "SELECT DATABASE()").await, world.location.database.clone().expect("a name"));
}

#[tokio::test]
async fn held_it_stays() {
    let (world, _) = World::with_people().await;
    let engine = world.small_engine(1);
    let mut connection = engine.connect().await.expect("a connection");
    connection.execute(raw("SET @a = 5")).await.expect("to set");
    assert_eq!(raw("SELECT @a").one(&mut connection).await.expect("a row").get::<i64>(0), 5);
}

#[tokio::test]
async fn procedures_return_rows() {
    let (_world, engine) = World::with_people().await;
    execute(&engine, "CREATE PROCEDURE two_sets() BEGIN SELECT 1; SELECT 2; END").await;
    let rows = raw("CALL two_sets()").all(&engine).await.expect("rows");
    assert_eq!(rows.len(), 1, "of the first set");
    assert_eq!(number(&engine, "SELECT 3").await, 3);
    execute(&engine, "CREATE PROCEDURE fails() BEGIN SELECT 1; SELECT missing FROM people; END").await;
    raw("CALL fails()").all(&engine).await.expect_err("an error behind the first set");
    assert_eq!(number(&engine, "SELECT 3").await, 3);
}

#[tokio::test]
async fn many_statements_are_kept_and_let_go() {
    let (world, outside) = World::with_people().await;
    let engine = world.small_engine(1);
    for nth in 0..600 {
        let sql = aludel_sql::RawSql::trusted(format!("SELECT {nth}"));
        assert_eq!(raw(sql).one(&engine).await.expect("a row").get::<i64>(0), nth);
    }
    drop(engine);
    assert_eq!(number(&outside, "SELECT 1").await, 1);
}
