//! Who waits for what can never come is told at once; who waits for others waits, and is told whom for.

use std::time::Duration;

use aludel_engine::{Engine, PoolOptions};
use aludel_sql::{ErrorKind, MetaData, raw};
use aludel_sqlite::Sqlite;
use expect_test::{Expect, expect};

use crate::child::Child;
use crate::people::{TABLE, all, insert};
use crate::world::{World, number, shown};

async fn in_memory() -> Engine {
    let driver = Sqlite::from_url("sqlite://").expect("a URL");
    let engine = Engine::with_pool(driver, PoolOptions::default().size(1).wait(Duration::from_millis(30)));
    MetaData::of([&TABLE]).create_all(&engine).await.expect("the table");
    engine
}

#[track_caller]
fn check<T>(result: aludel_sql::Result<T>, expected: Expect) {
    expected.assert_eq(&shown(&result.err().expect("an error")));
}

#[tokio::test]
async fn the_holder_of_the_only_connection_is_told_at_once() {
    let engine = in_memory().await;
    tokio::spawn(async move {
        let mut connection = engine.connect().await.expect("the connection");
        check(
            engine.execute(raw("DELETE FROM people")).await,
            expect![[r#"
                DeadlockError: every connection to `:memory:` is held by the same request or task thatN waits for one: task N, for N ms
                  hint: run this statement through the session, transaction or connection that is held, or let go of it first"#]],
        );
        connection.execute(insert("bob")).await.expect("to insert");
        let mut transaction = connection.begin().await.expect("to begin");
        transaction.execute(insert("eve")).await.expect("to insert");
        check(
            engine.connect().await,
            expect![[r#"
                DeadlockError: every connection to `:memory:` is held by the same request or task thatN waits for one: task N, for N ms, since `INSERT INTO people (name) VALUES (?1)`
                  hint: run this statement through the session, transaction or connection that is held, or let go of it first"#]],
        );
        transaction.commit().await.expect("to commit");
        drop(connection);
        assert_eq!(number(&engine, "SELECT count(*) FROM people").await, 2);
    })
    .await
    .expect("no panic");
}

#[tokio::test]
async fn another_task_waits_for_the_only_connection_and_gets_it() {
    let engine = Engine::on(Sqlite::from_url("sqlite://").expect("a URL"));
    MetaData::of([&TABLE]).create_all(&engine).await.expect("the table");
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("bob")).await.expect("to insert");
    let other = tokio::spawn({
        let engine = engine.clone();
        async move { engine.execute(insert("eve")).await }
    });
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert!(!other.is_finished());
    transaction.commit().await.expect("to commit");
    assert_eq!(other.await.expect("no panic").expect("it waited"), 1);
    assert_eq!(number(&engine, "SELECT count(*) FROM people").await, 2);
}

#[tokio::test]
async fn who_waited_in_vain_for_a_connection_hears_who_had_them() {
    let (world, _engine) = World::with_people().await;
    let engine = world.small_engine(2);
    let mut writer = engine.connect().await.expect("a connection");
    let reader = engine.connect().await.expect("a connection");
    let mut transaction = writer.begin().await.expect("to begin");
    transaction.execute(insert("bob")).await.expect("to insert");
    let other = tokio::spawn({
        let engine = engine.clone();
        async move { engine.connect().await.map(drop) }
    });
    let error = other.await.expect("no panic").expect_err("both are held");
    assert_eq!(*error.kind(), ErrorKind::Timeout);
    let error = shown(&error).replace(&world.file().display().to_string(), "FILE");
    expect![[r#"
        TimeoutError: waited N ms for one of the 2 connections to `FILE`; held by: a thread outside of any task, for N ms, since `INSERT INTO people (name) VALUES (?1)`; a thread outside of any task, for N ms
          hint: hold connections and transactions for a shorter time, or allow the pool more of them"#]]
    .assert_eq(&error);
    drop((transaction, reader));
    drop(writer);
    assert_eq!((engine.free_connections(), engine.idle_connections()), (2, 2));
}

#[tokio::test]
async fn the_holder_of_the_writers_place_is_told_at_once() {
    let (world, engine) = World::with_people().await;
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("bob")).await.expect("to insert");
    let error = engine.execute(insert("eve")).await.expect_err("it would wait for itself");
    assert_eq!(*error.kind(), ErrorKind::Deadlock);
    let error = shown(&error).replace(&world.file().display().to_string(), "FILE");
    expect![[r#"
        DeadlockError: the place of the writer of `FILE` is held by the same request or task thatN waits for it: a thread outside of any task, for N ms, since `INSERT INTO people (name) VALUES (?1)`
          statement: INSERT INTO people (name) VALUES (?1)
          hint: commit or roll back the transaction that holds it first, or run this statement through the same session"#]]
    .assert_eq(&error);
    assert_eq!(number(&engine, "SELECT count(*) FROM people").await, 0, "reading goes on");
    transaction.commit().await.expect("to commit");
    assert_eq!(engine.execute(insert("eve")).await.expect("the place is free"), 1);
}

/// There is one place for a file, whatever names it is called by.
#[tokio::test]
async fn two_engines_that_call_the_file_by_two_names_have_one_place_for_a_writer() {
    let (world, engine) = World::with_people().await;
    let link = world.folder().join("link.db");
    std::os::unix::fs::symlink(world.file(), &link).expect("a link");
    let transaction = engine.begin_immediate().await.expect("the place");
    for path in [link, world.folder().join(".").join("database.db"), world.file()] {
        let other = Engine::on(Sqlite::new(aludel_sqlite::Location::file(path)));
        assert_eq!(*other.execute(insert("bob")).await.expect_err("it would wait for itself").kind(), ErrorKind::Deadlock);
    }
    transaction.rollback().await.expect("to roll back");
}

/// A connection handed to another task is that task's: the first one may wait for it.
#[tokio::test]
async fn a_transaction_that_moved_to_another_task_is_waited_for() {
    let (world, engine) = World::with_people().await;
    let only = Engine::with_pool(world.driver(), PoolOptions::default().size(1));
    let mut transaction = only.begin().await.expect("to begin");
    transaction.execute(insert("bob")).await.expect("to insert");
    let (began, begun) = tokio::sync::oneshot::channel();
    let other = tokio::spawn(async move {
        transaction.execute(insert("eve")).await.expect("to insert");
        began.send(()).expect("somebody waits");
        tokio::task::yield_now().await;
        transaction.commit().await
    });
    begun.await.expect("it inserts");
    engine.execute(insert("joe")).await.expect("it waits for the other task's place");
    only.execute(insert("ann")).await.expect("it waits for the other task's connection");
    other.await.expect("no panic").expect("to commit");
    assert_eq!(world.count(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_process_that_never_lets_go_is_told_of_after_the_patience() {
    let (world, engine) = World::with_people().await;
    let mut child = Child::with_lock(&world.file());
    check(
        engine.execute(insert("bob")).await,
        expect![[r#"
            TimeoutError: another process holds the write lock of the database, or needs it to itself
              statement: INSERT INTO people (name) VALUES (?1)
              hint: look for another program that has the file open in a long transaction"#]],
    );
    child.let_go();
    assert_eq!(engine.execute(insert("bob")).await.expect("the lock is free"), 1);
}

/// The writer's connection beyond the pool's is none of the places that one could wait for.
#[tokio::test]
async fn the_connection_beyond_the_pool_is_no_place_of_it() {
    let (world, _engine) = World::with_people().await;
    let only = world.small_engine(1);
    let held = only.connect().await.expect("the connection");
    let writer = tokio::spawn({
        let only = only.clone();
        async move { only.begin_immediate().await }
    });
    let writer = writer.await.expect("no panic").expect("a connection of its own");
    let alone = all().count(&only).await.expect_err("it would wait for itself");
    assert_eq!(*alone.kind(), ErrorKind::Deadlock, "{alone:?}");
    drop((held, writer));

    let two = world.small_engine(2);
    let held = two.connect().await.expect("the first");
    let others = tokio::spawn({
        let two = two.clone();
        async move { two.connect().await }
    });
    let others = others.await.expect("no panic").expect("the second");
    let mine = two.begin_immediate().await.expect("the one beyond");
    let error = all().count(&two).await.expect_err("both are held");
    assert_eq!(*error.kind(), ErrorKind::Timeout, "the other task may give its own back: {error:?}");
    drop((held, others, mine));
    assert_eq!((all().count(&two).await.expect("to count"), two.free_connections()), (0, 2));
}
