//! What a transaction means: when it begins, what it sees, and how it ends.

use aludel_sql::{Constraint, ErrorKind, raw};

use crate::people::insert;
use crate::world::{World, execute, number};

#[tokio::test]
async fn it_begins_at_its_first_write() {
    let (world, engine) = World::with_people().await;
    let mut transaction = engine.begin().await.expect("to begin");
    assert_eq!(raw("SELECT count(*) FROM people").one(&mut transaction).await.expect("to read").get::<i64>(0), 0);
    engine.execute(insert("eve")).await.expect("reading holds nothing up");
    assert_eq!(raw("SELECT count(*) FROM people").one(&mut transaction).await.expect("to read").get::<i64>(0), 1);
    transaction.execute(insert("bob")).await.expect("what was committed in between is no failure");
    assert_eq!(world.count(), 1, "not yet committed");
    transaction.commit().await.expect("to commit");
    assert_eq!(world.count(), 2);
}

#[tokio::test]
async fn begin_immediate_has_the_lock_at_once() {
    let (world, engine) = World::with_people().await;
    let transaction = engine.begin_immediate().await.expect("to begin");
    let locked = world.outside().execute_batch("BEGIN IMMEDIATE").expect_err("it is taken");
    assert_eq!(locked.sqlite_error_code(), Some(rusqlite::ErrorCode::DatabaseBusy));
    transaction.rollback().await.expect("to roll back");
    world.outside().execute_batch("BEGIN IMMEDIATE").expect("it is free");
}

#[tokio::test]
async fn one_in_another_is_a_mistake_that_harms_nothing() {
    let (world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    for begin in [aludel_engine::Begin::default(), aludel_engine::Begin::IMMEDIATE] {
        connection.start(begin).await.expect("to begin");
        assert_eq!(*connection.begin().await.map(drop).expect_err("one is open").kind(), ErrorKind::Usage);
        assert_eq!(*connection.begin_immediate().await.map(drop).expect_err("one is open").kind(), ErrorKind::Usage);
        connection.execute(insert(begin.immediate.to_string())).await.expect("the first one goes on");
        connection.commit().await.expect("to commit");
    }
    connection.execute(raw("BEGIN")).await.expect("to begin by hand");
    assert_eq!(*connection.begin().await.map(drop).expect_err("one is open").kind(), ErrorKind::Usage);
    connection.execute(raw("COMMIT")).await.expect("to commit by hand");
    assert_eq!(world.count(), 2);
}

#[tokio::test]
async fn what_is_left_is_rolled_back_and_the_connection_goes_on() {
    let (world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    for end in 0..3 {
        let mut transaction = connection.begin().await.expect("to begin");
        transaction.execute(insert("bob")).await.expect("to insert");
        match end {
            0 => drop(transaction),
            1 => transaction.rollback().await.expect("to roll back"),
            _ => transaction.commit().await.expect("to commit"),
        }
        assert_eq!(world.count(), i64::from(end == 2));
    }
}

#[tokio::test]
async fn a_commit_that_fails_rolls_back_and_says_why() {
    let (world, engine) = World::with_people().await;
    execute(&engine, "CREATE TABLE late (id INTEGER PRIMARY KEY, person INTEGER REFERENCES people DEFERRABLE INITIALLY DEFERRED)").await;
    let mut connection = engine.connect().await.expect("a connection");
    let mut transaction = connection.begin().await.expect("to begin");
    transaction.execute(insert("bob")).await.expect("to insert");
    transaction.execute(raw("INSERT INTO late (person) VALUES (99)")).await.expect("the check is deferred");
    let error = transaction.commit().await.expect_err("nobody is number 99");
    connection.start(aludel_engine::Begin::default()).await.expect("to begin without a guard");
    connection.execute(raw("INSERT INTO late (person) VALUES (99)")).await.expect("the check is deferred");
    connection.commit().await.expect_err("nobody is number 99");
    assert_eq!(error.as_integrity().map(|integrity| integrity.kind), Some(Constraint::ForeignKey));
    assert!(!connection.is_open());
    assert_eq!(world.count(), 0);
    assert_eq!(connection.execute(insert("eve")).await.expect("the place is free"), 1);
    assert_eq!(engine.execute(insert("joe")).await.expect("the place is free"), 1);
}

/// A savepoint before the first write must not become the transaction itself, whose RELEASE would commit.
#[tokio::test]
async fn a_savepoint_in_a_transaction_that_has_not_written() {
    let (world, engine) = World::with_people().await;
    let mut transaction = engine.begin().await.expect("to begin");
    for sql in ["SAVEPOINT one", "INSERT INTO people (name) VALUES ('bob')", "RELEASE one"] {
        transaction.execute(raw(sql)).await.expect(sql);
    }
    assert_eq!(world.count(), 0);
    transaction.rollback().await.expect("to roll back");
    assert_eq!(number(&engine, "SELECT count(*) FROM people").await, 0);
}

#[tokio::test]
async fn a_snapshot_that_others_have_passed_is_a_serialization_error() {
    let (_world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    connection.execute(raw("BEGIN")).await.expect("to begin");
    raw("SELECT count(*) FROM people").one(&mut connection).await.expect("the snapshot");
    engine.execute(insert("eve")).await.expect("to insert");
    let error = connection.execute(insert("bob")).await.expect_err("the snapshot is old");
    assert_eq!(*error.kind(), ErrorKind::Serialization);
    connection.rollback().await.expect("to roll back");
    assert_eq!(connection.execute(insert("bob")).await.expect("to insert"), 1);
}
