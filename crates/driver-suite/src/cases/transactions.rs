//! Transactions: what is committed stays, all else is gone, and no connection remembers.

use std::pin::pin;
use std::time::Duration;

use aludel_engine::{Begin, Engine, Isolation, Savepoint};
use aludel_sql::{ErrorKind, Result, raw};

use super::list::cases;
use crate::people::{EMAIL, NAME, all as select, create, insert, names, update};

/// Waits until all connections are clean again, and one that is lent has no transaction.
async fn no_transaction_is_left(engine: &Engine) -> Result {
    let connection = engine.connect().await?;
    assert!(!connection.has_written(), "a connection came back with a transaction");
    Ok(())
}

cases! {
    /// What is committed stays.
    commit, |engine| {
        create(engine).await?;
        let mut transaction = engine.begin().await?;
        transaction.execute(insert("ann")).await?;
        transaction.execute(insert("bob")).await?;
        transaction.commit().await?;
        assert_eq!(names(engine).await?, ["ann", "bob"]);
    }
    /// What is rolled back is gone.
    rollback, |engine| {
        create(engine).await?;
        let mut transaction = engine.begin().await?;
        transaction.execute(insert("ann")).await?;
        transaction.rollback().await?;
        assert_eq!(names(engine).await?, [""; 0]);
        no_transaction_is_left(engine).await?;
    }
    /// What is dropped is rolled back.
    dropped, |engine| {
        create(engine).await?;
        for name in ["ann", "bob"] {
            let mut transaction = engine.begin().await?;
            transaction.execute(insert(name)).await?;
            drop(transaction);
        }
        no_transaction_is_left(engine).await?;
        engine.execute(insert("eve")).await?;
        assert_eq!(names(engine).await?, ["eve"]);
    }
    /// Savepoints, nested.
    savepoints, |engine| {
        create(engine).await?;
        let mut connection = engine.connect().await?;
        connection.start(Begin::default()).await?;
        connection.execute(insert("one")).await?;
        connection.savepoint(Savepoint::Set(1)).await?;
        connection.execute(insert("two")).await?;
        connection.savepoint(Savepoint::Set(2)).await?;
        connection.execute(insert("three")).await?;
        connection.savepoint(Savepoint::RollBack(2)).await?;
        connection.savepoint(Savepoint::Release(2)).await?;
        connection.execute(insert("four")).await?;
        connection.savepoint(Savepoint::Release(1)).await?;
        connection.savepoint(Savepoint::Set(1)).await?;
        connection.execute(insert("five")).await?;
        connection.savepoint(Savepoint::RollBack(1)).await?;
        connection.commit().await?;
        drop(connection);
        assert_eq!(names(engine).await?, ["one", "two", "four"]);
    }
    /// Nested transactions to a depth of three: kept, rolled back, dropped; after an error what was before it goes on.
    nested, |engine| {
        create(engine).await?;
        let mut connection = engine.connect().await?;
        let mut one = connection.begin().await?;
        one.execute(insert("one")).await?;
        let mut two = one.begin_nested().await?;
        two.execute(insert("two")).await?;
        let mut three = two.begin_nested().await?;
        three.execute(insert("gone")).await?;
        three.rollback().await?;
        let mut three = two.begin_nested().await?;
        three.execute(insert("gone")).await?;
        three.execute(insert("one")).await.expect_err("the name is taken");
        drop(three);
        let mut three = two.begin_nested().await?;
        three.execute(insert("three")).await?;
        three.commit().await?;
        two.commit().await?;
        let mut two = one.begin_nested().await?;
        two.execute(insert("gone")).await?;
        let mut three = two.begin_nested().await?;
        three.execute(insert("gone too")).await?;
        three.commit().await?;
        drop(two);
        one.commit().await?;
        assert_eq!(select().count(&mut connection).await?, 3);
        drop(connection);
        no_transaction_is_left(engine).await?;
        assert_eq!(names(engine).await?, ["one", "two", "three"]);
    }
    /// Nested where nothing has been done before: the transaction goes on as a new one.
    nested_in_nothing, |engine| {
        create(engine).await?;
        let mut one = engine.begin().await?;
        let mut two = one.begin_nested().await?;
        let mut three = two.begin_nested().await?;
        three.execute(insert("gone")).await?;
        drop(three);
        two.execute(insert("gone too")).await?;
        two.rollback().await?;
        let mut two = one.begin_nested().await?;
        two.execute(insert("two")).await?;
        two.commit().await?;
        one.execute(insert("one")).await?;
        one.commit().await?;
        assert_eq!(names(engine).await?, ["two", "one"]);
        no_transaction_is_left(engine).await?;
    }
    /// After an error a savepoint leads back to what was before.
    an_error_within, |engine| {
        create(engine).await?;
        let mut connection = engine.connect().await?;
        connection.start(Begin::default()).await?;
        connection.execute(insert("one")).await?;
        connection.savepoint(Savepoint::Set(1)).await?;
        let error = connection.execute(insert("one")).await.expect_err("the name is taken");
        assert!(error.as_integrity().is_some(), "{error:?}");
        connection.savepoint(Savepoint::RollBack(1)).await?;
        connection.execute(insert("two")).await?;
        connection.commit().await?;
        drop(connection);
        assert_eq!(names(engine).await?, ["one", "two"]);
    }
    /// One that only reads refuses to write.
    read_only, |engine| {
        create(engine).await?;
        let mut connection = engine.connect().await?;
        connection.start(Begin::default().read_only()).await?;
        assert_eq!(select().count(&mut connection).await?, 0);
        let error = connection.execute(insert("ann")).await.expect_err("it only reads");
        assert_eq!(*error.kind(), ErrorKind::ReadOnly, "{error:?}");
        connection.rollback().await?;
        drop(connection);
        engine.execute(insert("bob")).await?;
        assert_eq!(names(engine).await?, ["bob"]);
    }
    /// One snapshot for all statements, where it is asked for. A database that locks what was read lets who writes wait.
    isolation, |engine| {
        create(engine).await?;
        engine.execute(insert("ann")).await?;
        for isolation in [Isolation::RepeatableRead, Isolation::Serializable] {
            let mut connection = engine.connect().await?;
            connection.start(Begin::default().isolation(isolation).read_only()).await?;
            let before = select().count(&mut connection).await?;
            let mut writing = pin!(engine.execute(insert(format!("{isolation}"))));
            let written = tokio::time::timeout(Duration::from_millis(300), &mut writing).await;
            match select().count(&mut connection).await {
                Ok(after) => {
                    assert_eq!(after, before, "{isolation}");
                    connection.commit().await?;
                }
                // The two wait for each other, where reading locks.
                Err(error) if isolation == Isolation::Serializable && *error.kind() == ErrorKind::Serialization => connection.rollback().await?,
                Err(error) => return Err(error),
            }
            match written {
                Ok(written) => written?,
                Err(_waits) => writing.await?,
            };
        }
        assert_eq!(select().count(engine).await?, 3);
    }
    /// A transaction that was begun by hand does not outlive its holder.
    raw_begin, |engine| {
        create(engine).await?;
        let mut connection = engine.connect().await?;
        connection.execute(raw("BEGIN")).await?;
        connection.execute(insert("ann")).await?;
        drop(connection);
        no_transaction_is_left(engine).await?;
        assert_eq!(names(engine).await?, [""; 0]);
    }
    /// Where the schema is part of a transaction it goes with it; where it is not, the engine notices.
    schema_is_rolled_back needs TransactionalDdl, |engine| {
        create(engine).await?;
        let mut transaction = engine.begin().await?;
        transaction.execute(insert("ann")).await?;
        transaction.execute(raw("CREATE TABLE other (id INTEGER)")).await?;
        let after = transaction.execute(insert("bob")).await.map_err(|error| match error.kind() {
            ErrorKind::Usage if error.advice().is_some_and(|hint| hint.contains("a change of the schema")) => {
                aludel_sql::Error::new(ErrorKind::Unsupported, "the transaction has ended with the first change of the schema")
            }
            _ => error,
        })?;
        assert_eq!(after, 1);
        transaction.rollback().await?;
        assert_eq!(names(engine).await?, [""; 0]);
        raw("SELECT 1 FROM other").all(engine).await.expect_err("the table is gone");
    }
    /// Two that read, then write the same row: the second waits, fails, or sees what the first has written.
    lost_updates, |engine| {
        create(engine).await?;
        engine.execute(insert("ann")).await?;
        let mut one = engine.connect().await?;
        let mut other = engine.connect().await?;
        let begin = Begin::default().isolation(Isolation::RepeatableRead);
        one.start(begin).await?;
        other.start(begin).await?;
        assert_eq!(select().count(&mut one).await? + select().count(&mut other).await?, 2);
        one.execute(update().set(EMAIL, "one").filter(NAME.eq("ann"))).await?;
        one.commit().await?;
        let late = other.execute(update().set(EMAIL, "other").filter(NAME.eq("ann"))).await;
        let error = late.expect_err("the row has changed since");
        assert_eq!(*error.kind(), ErrorKind::Serialization, "{error:?}");
        other.rollback().await?;
    }
}
