//! Statements that are ended from elsewhere, and that must end by themselves.

use std::time::Duration;

use aludel_engine::{Driver, Job, RawConnection};
use aludel_mysql::MySql;
use aludel_sql::{Discard, ErrorKind, Executable, Result, Shape, Statement, raw};

use crate::world::{World, number, until};

async fn run(driver: &MySql, connection: &mut Box<dyn RawConnection>, statement: &Statement) -> Result<u64> {
    let shape = Shape::of(statement, driver.dialect())?;
    let compiler = aludel_engine::Compiler::default();
    let job = Job::new(statement, &shape, &compiler);
    let mut discard = Discard;
    let mut nothing = ();
    let sink: &mut dyn aludel_sql::Sink = &mut discard;
    let tracker: &mut (dyn std::any::Any + Send) = &mut nothing;
    let mut rows = (sink, tracker);
    Ok(connection.run(&job, &mut rows).await?.affected)
}

#[tokio::test]
async fn a_canceller_ends_the_statement_and_no_other() {
    let (world, outside) = World::with_people().await;
    let driver = MySql::new(world.location.clone());
    let mut connection = driver.connect().await.expect("a connection");
    let cancel = connection.canceller().expect("a canceller");
    let long = raw("DO SLEEP(60)").into_statement();
    let sleeping = "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'DO SLEEP(60)' AND db = DATABASE()";
    let cancelling = async {
        until("the statement", async || number(&outside, sleeping).await == 1).await;
        cancel().await.expect("to cancel");
    };
    let (result, ()) = tokio::join!(run(&driver, &mut connection, &long), cancelling);
    // MariaDB's SLEEP ends with 1 where other statements end with an error.
    if let Err(error) = result {
        assert_eq!(*error.kind(), ErrorKind::Cancelled, "{error:?}");
    }
    assert!(!connection.is_fit(), "the request may take effect yet");
    // One that comes late meets nothing of ours.
    cancel().await.expect("to cancel");
    for _ in 0..20 {
        run(&driver, &mut connection, &raw("DO SLEEP(0.001)").into_statement()).await.expect("no other statement is ended");
    }
    connection.reset().await.expect("to reset");
    assert!(connection.is_fit(), "given back");
    cancel().await.expect("to do nothing");
    run(&driver, &mut connection, &raw("DO SLEEP(0.05)").into_statement()).await.expect("not ended");
    assert!(connection.is_fit());
}

#[tokio::test]
async fn a_request_that_is_under_way_keeps_the_connection() {
    let (world, _outside) = World::with_people().await;
    let driver = MySql::new(world.location.clone());
    let mut connection = driver.connect().await.expect("a connection");
    let cancel = connection.canceller().expect("a canceller");
    let mut cancelling = cancel();
    let mut once = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(cancelling.as_mut().poll(&mut once).is_pending());
    assert!(!connection.is_fit());
    drop(cancelling);
    assert!(!connection.is_fit(), "it may have been sent");
    connection.reset().await.expect("to reset");
    assert!(connection.is_fit());
}

#[tokio::test]
async fn a_statement_may_run_so_long() {
    let (mut world, _outside) = World::with_people().await;
    world.location.statement_timeout = Some(Duration::from_millis(100));
    let engine = world.engine();
    let error = raw("SELECT COUNT(*) FROM seq_1_to_1000000000 WHERE seq % 3 = 1").all(&engine).await.expect_err("too long");
    assert_eq!(*error.kind(), ErrorKind::Timeout, "{error:?}");
    assert_eq!(number(&engine, "SELECT 1").await, 1);
}

#[tokio::test]
async fn a_connection_that_the_server_ends() {
    let (world, outside) = World::with_people().await;
    let engine = world.small_engine(1);
    let id = number(&engine, "SELECT CAST(CONNECTION_ID() AS SIGNED)").await;
    outside.execute(raw(aludel_sql::RawSql::trusted(format!("KILL {id}")))).await.expect("to kill");
    let error = raw("SELECT 1").one(&engine).await.expect_err("it is gone");
    assert_eq!(*error.kind(), ErrorKind::Disconnected, "{error:?}");
    assert_eq!(number(&engine, "SELECT 1").await, 1, "the next one is new");
    let mut transaction = engine.begin().await.expect("to begin");
    let id: i64 = raw("SELECT CAST(CONNECTION_ID() AS SIGNED)").one(&mut transaction).await.expect("a number").get(0);
    outside.execute(raw(aludel_sql::RawSql::trusted(format!("KILL {id}")))).await.expect("to kill");
    let error = transaction.commit().await.expect_err("it is gone");
    assert_eq!(*error.kind(), ErrorKind::CommitUnknown, "{error:?}");
    assert_eq!(number(&engine, "SELECT 1").await, 1);
}
