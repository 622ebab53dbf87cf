//! A connection that was left in any state comes back clean, and what was not committed is not there.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::task::Poll;

use aludel_engine::Engine;
use aludel_sql::{ErrorKind, Outcome, Result, RowRef, Sink, Step, raw};

use crate::people::{Many, id_and_name, insert};
use crate::world::{World, execute, number};

const SIZE: usize = 2;

/// Everything is back, clean, and usable; exactly these rows are there.
async fn check(world: &World, engine: &Engine, rows: i64) {
    assert_eq!(engine.free_connections(), SIZE);
    assert!(engine.idle_connections() <= SIZE);
    let mut connections = Vec::new();
    for _ in 0..SIZE {
        let connection = engine.connect().await.expect("a connection");
        assert!(!connection.is_open() && !connection.has_written());
        connections.push(connection);
    }
    for connection in &mut connections {
        let transaction = connection.begin_immediate().await.expect("it is in no transaction, and the place is free");
        transaction.rollback().await.expect("to roll back");
    }
    drop(connections);
    assert_eq!(engine.idle_connections(), SIZE, "all are lent again");
    assert_eq!(world.count(), rows);
}

async fn world() -> (World, Engine) {
    let (world, engine) = World::with_people().await;
    drop(engine);
    let engine = world.small_engine(SIZE);
    (world, engine)
}

/// Fails or panics on the first row.
pub(crate) enum Refuse {
    Fail,
    Panic,
}

impl Sink for Refuse {
    fn row(&mut self, _row: &dyn RowRef, _tracker: &mut dyn std::any::Any) -> Result<Step> {
        match self {
            Self::Fail => Err(aludel_sql::Error::usage("no more")),
            Self::Panic => std::panic::resume_unwind(Box::new("in a row")),
        }
    }

    fn executed(&mut self, _outcome: Outcome) {}
}

/// Polls a future to its end and catches its panic.
pub(crate) async fn caught<F: Future>(future: F) -> std::thread::Result<F::Output> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        let polled = std::panic::catch_unwind(AssertUnwindSafe(|| Pin::as_mut(&mut future).poll(context)));
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await
}

#[tokio::test]
async fn a_raw_begin_left_open() {
    let (world, engine) = world().await;
    let mut connection = engine.connect().await.expect("a connection");
    connection.execute(raw("BEGIN")).await.expect("to begin");
    connection.execute(insert("bob")).await.expect("to insert");
    assert!(connection.has_written());
    drop(connection);
    check(&world, &engine, 0).await;
    engine.execute(raw("BEGIN IMMEDIATE")).await.expect("to begin, for nothing");
    check(&world, &engine, 0).await;
    engine.execute(raw("SAVEPOINT one")).await.expect("a savepoint, for nothing");
    check(&world, &engine, 0).await;
}

#[tokio::test]
async fn transactions_and_connections_dropped() {
    let (world, engine) = world().await;
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("bob")).await.expect("to insert");
    drop(transaction);
    check(&world, &engine, 0).await;
    drop(engine.begin_immediate().await.expect("to begin"));
    check(&world, &engine, 0).await;

    let mut connection = engine.connect().await.expect("a connection");
    let mut transaction = connection.begin().await.expect("to begin");
    transaction.execute(insert("bob")).await.expect("to insert");
    drop(transaction);
    assert!(!connection.is_open(), "at once, for the next user of the same connection");
    assert_eq!(connection.execute(insert("eve")).await.expect("to insert"), 1);
    drop(connection);
    check(&world, &engine, 1).await;
}

#[tokio::test]
async fn a_sink_that_fails_or_panics_outside_of_a_transaction() {
    let (world, engine) = world().await;
    for statement in [
        aludel_sql::Executable::into_statement(Many(vec!["bob".into()], id_and_name())),
        aludel_sql::Executable::into_statement(Many(vec!["bob".into(), "eve".into()], id_and_name())),
        aludel_sql::Executable::into_statement(raw("INSERT INTO people (name) VALUES ('bob'), ('eve') RETURNING id")),
        aludel_sql::Executable::into_statement(raw("SELECT 1")),
    ] {
        let mut connection = engine.connect().await.expect("a connection");
        let error = connection.run_with(&statement, &mut Refuse::Fail, &mut ()).await.expect_err("the sink's");
        assert_eq!(*error.kind(), ErrorKind::Usage);
        assert!(caught(connection.run_with(&statement, &mut Refuse::Panic, &mut ())).await.is_err());
        assert!(!connection.is_open(), "the same connection may be used on");
        assert_eq!(raw("SELECT count(*) FROM people").one(&mut connection).await.expect("a count").get::<i64>(0), 0);
        drop(connection);
        check(&world, &engine, 0).await;
    }
    // The wait for another process is as it was before the panic: a reader waits for a file that is not there for it.
    engine.execute(insert("bob")).await.expect("to insert");
}

#[tokio::test]
async fn a_panic_inside_of_a_transaction_ends_it() {
    let (world, engine) = world().await;
    let mut connection = engine.connect().await.expect("a connection");
    connection.start(aludel_engine::Begin::IMMEDIATE).await.expect("to begin");
    connection.execute(insert("bob")).await.expect("to insert");
    let statement = aludel_sql::Executable::into_statement(raw("SELECT 1"));
    assert!(caught(connection.run_with(&statement, &mut Refuse::Panic, &mut ())).await.is_err());
    let error = connection.execute(insert("eve")).await.expect_err("it would be committed at once");
    assert_eq!(*error.kind(), ErrorKind::Usage);
    assert_eq!(*connection.commit().await.expect_err("nothing is there to commit").kind(), ErrorKind::Usage);
    assert_eq!(connection.execute(insert("eve")).await.expect("a new beginning"), 1);
    drop(connection);
    check(&world, &engine, 1).await;
}

#[tokio::test]
async fn an_error_in_the_middle() {
    let (world, engine) = world().await;
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("bob")).await.expect("to insert");
    transaction.execute(insert("bob")).await.expect_err("unique");
    transaction.execute(insert("eve")).await.expect("one failed statement ends no transaction");
    transaction.commit().await.expect("to commit");
    check(&world, &engine, 2).await;
}

/// SQLite itself rolls the transaction back; what comes after must not be committed one by one.
#[tokio::test]
async fn a_transaction_that_the_database_has_ended() {
    let (world, engine) = world().await;
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("bob")).await.expect("to insert");
    transaction.execute(raw("INSERT OR ROLLBACK INTO people (name) VALUES ('bob')")).await.expect_err("unique");
    assert_eq!(*transaction.execute(insert("eve")).await.expect_err("out of any transaction").kind(), ErrorKind::Usage);
    assert_eq!(*transaction.commit().await.expect_err("nothing to commit").kind(), ErrorKind::Usage);
    check(&world, &engine, 0).await;

    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("bob")).await.expect("to insert");
    transaction.execute(raw("ROLLBACK")).await.expect("to roll back by hand");
    transaction.execute(insert("eve")).await.expect_err("out of any transaction");
    transaction.rollback().await.expect("nothing to do");
    check(&world, &engine, 0).await;
}

#[tokio::test]
async fn dropped_outside_of_any_runtime() {
    let (world, engine) = world().await;
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("bob")).await.expect("to insert");
    std::thread::spawn(move || drop(transaction)).join().expect("no panic");
    check(&world, &engine, 0).await;
    assert_eq!(number(&engine, "SELECT count(*) FROM people").await, 0);
}

/// What a pragma has set is not for the next one who gets a connection; the database in memory has only one.
#[tokio::test]
async fn a_connection_that_a_pragma_has_changed_is_not_handed_out() {
    let (_world, engine) = World::with_people().await;
    execute(&engine, "PRAGMA foreign_keys=OFF").await;
    assert_eq!((engine.idle_connections(), number(&engine, "PRAGMA foreign_keys").await), (0, 1));
    execute(&engine, "CREATE TEMP TABLE notes (id INTEGER PRIMARY KEY)").await;
    raw("SELECT * FROM notes").all(&engine).await.expect_err("it is gone with its connection");
    assert_eq!(number(&engine, "SELECT count(*) FROM pragma_table_info('people')").await, 4);
    raw("PRAGMA table_info(people)").all(&engine).await.expect("it only looks");
    assert_eq!(engine.idle_connections(), 1);
    let mut connection = engine.connect().await.expect("a connection");
    connection.execute(raw("PRAGMA foreign_keys=OFF")).await.expect("to set it");
    assert_eq!(raw("PRAGMA foreign_keys").one(&mut connection).await.expect("a row").get::<i64>(0), 0, "for its holder it stays");
    let memory = Engine::on(aludel_sqlite::Sqlite::from_url("sqlite://").expect("a URL"));
    execute(&memory, "PRAGMA foreign_keys=OFF").await;
    assert_eq!(number(&memory, "PRAGMA foreign_keys").await, 0);
}
