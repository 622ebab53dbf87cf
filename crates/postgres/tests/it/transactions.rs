//! Transactions: begun, committed, rolled back; whether one is open is what the server says.

use aludel_engine::{Begin, Isolation, Savepoint};
use aludel_sql::{Constraint, ErrorKind, raw};

use crate::people::insert;
use crate::world::{World, execute, number};

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
        assert_eq!(world.count().await, i64::from(end == 2));
    }
}

/// The BEGIN goes out with the next statement, and counts as open from then on.
#[tokio::test]
async fn a_transaction_that_nothing_follows() {
    let (world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    connection.start(Begin::default()).await.expect("to begin");
    assert!(connection.is_open() && connection.has_written());
    connection.commit().await.expect("to commit");
    assert!(!connection.is_open());
    connection.start(Begin::default()).await.expect("to begin");
    connection.rollback().await.expect("to roll back");
    drop(engine.begin().await.expect("to begin"));
    drop(connection);
    world.until_idle().await;
    assert_eq!(engine.execute(insert("bob")).await.expect("to insert"), 1);
    assert_eq!(world.count().await, 1);
}

#[tokio::test]
async fn isolation_and_reading_only() {
    let (_world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    for isolation in [Isolation::ReadCommitted, Isolation::RepeatableRead, Isolation::Serializable] {
        connection.start(Begin::default().isolation(isolation)).await.expect("to begin");
        let row = raw("SELECT upper(current_setting('transaction_isolation'))").one(&mut connection).await.expect("the row");
        assert_eq!(row.get::<String>(0), isolation.to_string());
        connection.rollback().await.expect("to roll back");
    }
    connection.start(Begin::default().read_only()).await.expect("to begin");
    let error = connection.execute(insert("bob")).await.expect_err("it only reads");
    assert_eq!(*error.kind(), ErrorKind::ReadOnly);
    let error = raw("SELECT 1").one(&mut connection).await.expect_err("the transaction has failed");
    assert_eq!(*error.kind(), ErrorKind::Usage);
    connection.rollback().await.expect("to roll back");
    assert_eq!(connection.execute(insert("bob")).await.expect("to insert"), 1);
}

#[tokio::test]
async fn savepoints() {
    let (world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    connection.start(Begin::default()).await.expect("to begin");
    connection.savepoint(Savepoint::Set(1)).await.expect("to set");
    connection.execute(insert("lost")).await.expect("to insert");
    connection.execute(insert("lost")).await.expect_err("the name is there");
    connection.savepoint(Savepoint::RollBack(1)).await.expect("to go back");
    connection.execute(insert("kept")).await.expect("to insert");
    connection.savepoint(Savepoint::Release(1)).await.expect("to let go");
    connection.commit().await.expect("to commit");
    assert_eq!((world.count().await, number(&engine, "SELECT count(*) FROM people WHERE name = 'kept'").await), (1, 1));
}

#[tokio::test]
async fn a_commit_that_fails_rolls_back_and_says_why() {
    let (world, engine) = World::with_people().await;
    execute(&engine, "CREATE TABLE late (person BIGINT REFERENCES people DEFERRABLE INITIALLY DEFERRED)").await;
    let mut connection = engine.connect().await.expect("a connection");
    connection.start(Begin::default()).await.expect("to begin");
    connection.execute(insert("bob")).await.expect("to insert");
    connection.execute(raw("INSERT INTO late (person) VALUES (99)")).await.expect("the check is deferred");
    let error = connection.commit().await.expect_err("nobody is number 99");
    assert_eq!(error.as_integrity().map(|integrity| integrity.kind), Some(Constraint::ForeignKey));
    assert!(!connection.is_open());
    assert_eq!((world.in_transactions().await, world.count().await), (0, 0));
}

/// PostgreSQL answers a COMMIT of a failed transaction by ROLLBACK, and calls it a success.
#[tokio::test]
async fn a_commit_of_a_failed_transaction_is_an_error() {
    let (world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    connection.start(Begin::default()).await.expect("to begin");
    connection.execute(insert("bob")).await.expect("to insert");
    connection.execute(raw("SELECT nothing")).await.expect_err("there is no such column");
    let error = connection.commit().await.expect_err("nothing is committed");
    assert_eq!(*error.kind(), ErrorKind::Usage);
    assert!(!connection.is_open());
    assert_eq!((world.in_transactions().await, world.count().await), (0, 0));
}

#[tokio::test]
async fn a_snapshot_that_others_have_passed_is_a_serialization_error() {
    let (_world, engine) = World::with_people().await;
    engine.execute(insert("bob")).await.expect("to insert");
    let mut connection = engine.connect().await.expect("a connection");
    connection.start(Begin::default().isolation(Isolation::RepeatableRead)).await.expect("to begin");
    raw("SELECT count(*) FROM people").one(&mut connection).await.expect("the snapshot");
    execute(&engine, "UPDATE people SET email = 'x'").await;
    let error = connection.execute(raw("UPDATE people SET email = 'y'")).await.expect_err("the snapshot is old");
    assert_eq!(*error.kind(), ErrorKind::Serialization);
    let error = connection.commit().await.expect_err("nothing is committed");
    assert_eq!(*error.kind(), ErrorKind::Serialization);
    assert_eq!(connection.execute(insert("eve")).await.expect("to insert"), 1);
}

#[tokio::test]
async fn raw_statements_for_transactions_are_seen() {
    let (world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    connection.execute(raw("BEGIN")).await.expect("to begin by hand");
    assert!(connection.is_open());
    connection.execute(insert("bob")).await.expect("to insert");
    drop(connection);
    world.until_idle().await;
    assert_eq!(world.count().await, 0);
    let mut connection = engine.connect().await.expect("a connection");
    connection.start(Begin::default()).await.expect("to begin");
    connection.execute(raw("COMMIT")).await.expect("to commit by hand");
    let error = connection.execute(insert("bob")).await.expect_err("the transaction has ended");
    assert_eq!(*error.kind(), ErrorKind::Usage);
}

/// The server ends one of two transactions that wait for each other.
#[tokio::test]
async fn a_deadlock_of_the_server_can_be_tried_again() {
    let (_world, engine) = World::with_people().await;
    engine.execute(insert("a")).await.expect("to insert");
    engine.execute(insert("b")).await.expect("to insert");
    let (mut one, mut other) = (engine.begin().await.expect("to begin"), engine.begin().await.expect("to begin"));
    one.execute(raw("UPDATE people SET email = '1' WHERE name = 'a'")).await.expect("to update");
    other.execute(raw("UPDATE people SET email = '2' WHERE name = 'b'")).await.expect("to update");
    let (first, second) = tokio::join!(
        one.execute(raw("UPDATE people SET email = '1' WHERE name = 'b'")),
        other.execute(raw("UPDATE people SET email = '2' WHERE name = 'a'"))
    );
    let error = first.err().or(second.err()).expect("one of them is ended");
    assert_eq!(*error.kind(), ErrorKind::Serialization);
    assert!(error.to_string().contains("deadlock"), "{error}");
    for transaction in [one, other] {
        transaction.rollback().await.expect("to roll back");
    }
}

/// Those behind a statement that fails are on their way by then: each is a transaction of its own.
#[tokio::test]
async fn statements_together_outside_of_a_transaction() {
    let (world, engine) = World::with_people().await;
    let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let notes = std::sync::Arc::clone(&heard);
    engine.listen(move |event| {
        if let aludel_engine::Event::AfterExecute(_, executed) = event {
            let kind = executed.error.map(|error| error.kind().name());
            notes.lock().expect("no panic").push((executed.affected, kind, executed.cancelled));
        }
    });
    let mut connection = engine.connect().await.expect("a connection");
    let error = connection.execute_all(["ann", "ann", "bob"].map(insert)).await.expect_err("the name is taken");
    assert!(matches!(error.kind(), ErrorKind::Integrity(_)), "{error:?}");
    assert_eq!(world.count().await, 2);
    let heard = std::mem::take(&mut *heard.lock().expect("no panic"));
    assert_eq!(heard[..3], [(1, None, false), (0, Some("IntegrityError"), false), (0, None, true)]);
    let mut transaction = connection.begin().await.expect("to begin");
    transaction.execute(insert("cid")).await.expect("to insert");
    drop(transaction);
    assert_eq!(world.count().await, 2);
}
