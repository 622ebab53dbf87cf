//! A statement that runs long ends when the scope that it runs in says so, and leaves its connection clean.

use std::sync::atomic::{AtomicBool, Ordering};

use aludel_engine::{Engine, Scope, Stop, scope};
use aludel_sql::{ErrorKind, raw};

use crate::child::Child;
use crate::people::{all, insert};
use crate::world::{World, number, shown};

const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
const ENDLESS_WRITE: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) INSERT INTO people (name) SELECT 'bob' FROM n WHERE i < 0";

fn cancelled() -> Scope {
    // Not before it has been asked a few times: by then the statement runs.
    static ASKED: AtomicBool = AtomicBool::new(false);
    Scope { describe: || None, stop: || ASKED.swap(true, Ordering::SeqCst).then_some(Stop::Cancelled) }
}

fn too_late() -> Scope {
    Scope { describe: || None, stop: || Some(Stop::Deadline) }
}

#[tokio::test]
async fn nobody_waits_for_it_any_more() {
    let (_world, engine) = World::with_people().await;
    let error = scope(cancelled(), raw(ENDLESS).one(&engine)).await.expect_err("it has no end");
    assert_eq!(*error.kind(), ErrorKind::Cancelled);
    assert!(error.to_string().contains("nobody waits for it any more"), "{error}");
    assert_eq!(number(&engine, "SELECT count(*) FROM people").await, 0, "outside of the scope nothing is stopped");
}

#[tokio::test]
async fn its_time_is_over() {
    let (_world, engine) = World::with_people().await;
    let error = scope(too_late(), raw(ENDLESS).one(&engine)).await.expect_err("it has no end");
    assert_eq!(*error.kind(), ErrorKind::Timeout);
    assert!(shown(&error).contains("\n  hint: make the statement faster"), "{error:?}");
    assert_eq!(scope(too_late(), engine.execute(insert("bob"))).await.expect("a short statement is not asked"), 1);
}

#[tokio::test]
async fn a_write_is_rolled_back_with_its_transaction() {
    let (world, engine) = World::with_people().await;
    let free = engine.free_connections();
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("eve")).await.expect("to insert");
    let error = scope(too_late(), transaction.execute(raw(ENDLESS_WRITE))).await.expect_err("it has no end");
    assert_eq!(*error.kind(), ErrorKind::Timeout);
    // SQLite ends the transaction of a write that is interrupted: what comes next is not committed on its own.
    assert_eq!(*transaction.execute(insert("ann")).await.expect_err("the transaction is gone").kind(), ErrorKind::Usage);
    drop(transaction);
    assert_eq!((world.count(), engine.free_connections()), (0, free));
    assert_eq!(engine.execute(insert("ann")).await.expect("the place of the writer is free"), 1);
}

/// It waits in SQLite's own handler, which asks too, and does not blame the other process for the end.
#[tokio::test]
async fn a_wait_for_another_process_ends_with_its_scope() {
    let world = World::new();
    world.outside().execute_batch("CREATE TABLE people (id INTEGER PRIMARY KEY)").expect("a table");
    let reader = Engine::on(aludel_sqlite::Sqlite::from_url(&format!("sqlite:///{}?mode=ro", world.file().display())).expect("a URL"));
    let mut connection = reader.connect().await.expect("a connection");
    let _child = Child::alone_with(&world.file());
    let error = scope(too_late(), all().count(&mut connection)).await.expect_err("the other process has the file");
    assert_eq!(*error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("the statement was stopped"), "{error}");
}
