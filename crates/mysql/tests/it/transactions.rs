//! Transactions: what is seen of them, how they end, and what the server says of them.

use aludel_driver_suite::tokens;
use aludel_engine::{Begin, Engine, Isolation, PoolOptions};
use aludel_mysql::MySql;
use aludel_sql::{ErrorKind, raw};

use crate::people::{EMAIL, ID, NAME, all, insert, update};
use crate::world::{World, execute, number};

#[tokio::test]
async fn commit_and_roll_back() {
    let (_world, engine) = World::with_people().await;
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("ada")).await.expect("to insert");
    assert_eq!(number(&engine, "SELECT COUNT(*) FROM people").await, 0, "not committed yet");
    transaction.commit().await.expect("to commit");
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("bob")).await.expect("to insert");
    transaction.rollback().await.expect("to roll back");
    assert_eq!(number(&engine, "SELECT COUNT(*) FROM people").await, 1);
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("eve")).await.expect("to insert");
    drop(transaction);
    assert_eq!(number(&engine, "SELECT COUNT(*) FROM people").await, 1);
}

#[tokio::test]
async fn an_error_leaves_the_transaction_open() {
    let (_world, engine) = World::with_people().await;
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("ada")).await.expect("to insert");
    let error = transaction.execute(insert("ada")).await.expect_err("twice");
    assert!(matches!(error.kind(), ErrorKind::Integrity(_)));
    raw("SELEC 1").execute(&mut transaction).await.expect_err("no SQL");
    transaction.execute(insert("bob")).await.expect("still open");
    transaction.commit().await.expect("to commit");
    assert_eq!(number(&engine, "SELECT COUNT(*) FROM people").await, 2);
}

#[tokio::test]
async fn a_statement_that_commits_is_noticed() {
    let (_world, engine) = World::with_people().await;
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("ada")).await.expect("to insert");
    raw("CREATE TABLE other (a INT)").execute(&mut transaction).await.expect("to create");
    let error = transaction.execute(insert("bob")).await.expect_err("the transaction has ended");
    assert_eq!(*error.kind(), ErrorKind::Usage, "{error:?}");
    drop(transaction);
    assert_eq!(number(&engine, "SELECT COUNT(*) FROM people").await, 1);
}

#[tokio::test]
async fn savepoints() {
    let (_world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    connection.start(Begin::default()).await.expect("to begin");
    connection.execute(insert("ada")).await.expect("to insert");
    connection.savepoint(aludel_engine::Savepoint::Set(1)).await.expect("to set");
    connection.execute(insert("bob")).await.expect("to insert");
    connection.savepoint(aludel_engine::Savepoint::RollBack(1)).await.expect("to go back");
    connection.savepoint(aludel_engine::Savepoint::Release(1)).await.expect("to let go");
    let error = connection.savepoint(aludel_engine::Savepoint::Release(1)).await.expect_err("there is none");
    assert_eq!(*error.kind(), ErrorKind::Usage, "{error:?}");
    connection.commit().await.expect("to commit");
    assert_eq!(number(&engine, "SELECT COUNT(*) FROM people").await, 1);
}

#[tokio::test]
async fn isolation_levels_are_those_that_were_asked_for() {
    let (_world, engine) = World::with_people().await;
    for (isolation, sees) in [(Isolation::ReadCommitted, 1), (Isolation::RepeatableRead, 0)] {
        execute(&engine, "DELETE FROM people").await;
        let mut connection = engine.connect().await.expect("a connection");
        connection.start(Begin::default().isolation(isolation)).await.expect("to begin");
        assert_eq!(all().all(&mut connection).await.expect("rows").len(), 0);
        engine.execute(insert("ada")).await.expect("to insert");
        assert_eq!(all().all(&mut connection).await.expect("rows").len(), sees, "{isolation}");
        connection.rollback().await.expect("to roll back");
    }
    let mut connection = engine.connect().await.expect("a connection");
    connection.start(Begin::default().isolation(Isolation::Serializable)).await.expect("to begin");
    connection.rollback().await.expect("to roll back");
    let level = raw("SELECT @@transaction_isolation").one(&mut connection).await;
    let level = match level {
        Ok(row) => row.get::<String>(0),
        Err(_) => raw("SELECT @@tx_isolation").one(&mut connection).await.expect("a level").get(0),
    };
    assert_eq!(level, "REPEATABLE-READ", "it was for one transaction");
}

#[tokio::test]
async fn read_only() {
    let (_world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    connection.start(Begin::default().read_only()).await.expect("to begin");
    let error = connection.execute(insert("ada")).await.expect_err("it only reads");
    assert_eq!(*error.kind(), ErrorKind::ReadOnly, "{error:?}");
    connection.rollback().await.expect("to roll back");
    connection.execute(insert("ada")).await.expect("to insert");
}

#[tokio::test]
async fn deadlocks_and_lost_updates_may_be_tried_again() {
    let (_world, engine) = World::with_people().await;
    for name in ["ada", "bob"] {
        engine.execute(insert(name)).await.expect("to insert");
    }
    let (mut one, mut other) = (engine.begin().await.expect("to begin"), engine.begin().await.expect("to begin"));
    let set = |name: &'static str| update().set(EMAIL, Some("x".to_owned())).filter(NAME.eq(name.to_owned()));
    one.execute(set("ada")).await.expect("to update");
    other.execute(set("bob")).await.expect("to update");
    let (first, second) = tokio::join!(one.execute(set("bob")), other.execute(set("ada")));
    let error = first.err().or(second.err()).expect("one of them gives way");
    assert_eq!(*error.kind(), ErrorKind::Serialization, "{error:?}");
    drop((one, other));
    let mut reader = engine.begin().await.expect("to begin");
    reader.execute(raw("SELECT * FROM people")).await.expect("to read");
    engine.execute(set("ada").set(EMAIL, Some("y".to_owned()))).await.expect("to update");
    let result = reader.execute(set("ada").set(EMAIL, Some("z".to_owned()))).await;
    let refuses: bool = raw("SHOW VARIABLES LIKE 'innodb_snapshot_isolation'").all(&engine).await.expect("to ask").len() == 1;
    match result {
        Err(error) => assert_eq!(*error.kind(), ErrorKind::Serialization, "{error:?}"),
        Ok(_) => assert!(!refuses, "the update of another transaction is lost"),
    }
}

#[tokio::test]
async fn counts_and_keys() {
    let (_world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    assert_eq!(connection.execute(insert("ada").set(EMAIL, Some("x".to_owned()))).await.expect("to insert"), 1);
    let same = update().set(EMAIL, Some("x".to_owned())).filter(NAME.eq("ada".to_owned()));
    assert_eq!(connection.execute(same).await.expect("to update"), 1, "a row that is as it was counts too");
    let none = update().set(EMAIL, Some("x".to_owned())).filter(ID.eq(77));
    assert_eq!(connection.execute(none).await.expect("to update"), 0);
    assert_eq!(connection.execute(raw("SELECT * FROM people")).await.expect("to read"), 0);
    assert_eq!(connection.execute(raw("DELETE FROM people")).await.expect("to delete"), 1);
    let mut sink = aludel_sql::Discard;
    let statement = aludel_sql::Executable::into_statement(insert("bob"));
    let outcome = connection.run_with(&statement, &mut sink, &mut ()).await.expect("to insert");
    assert_eq!((outcome.affected, outcome.generated), (1, Some(2)));
}

#[tokio::test]
async fn rows_that_are_old() {
    let world = World::new().await;
    let plain = world.engine();
    execute(&plain, "CREATE TABLE written (b BIGINT)").await;
    let engine = Engine::with_pool(MySql::new(world.location.clone()), PoolOptions::default().commit_tokens());
    tokens::rows_that_are_old(&engine, &plain).await;
}
