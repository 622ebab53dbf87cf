//! A future that is dropped once the server runs its statement: the connection goes on, and the server stops.

use std::future::Future;

use aludel_engine::Begin;
use aludel_sql::raw;

use crate::people::insert;
use crate::world::{World, number};

/// Drops a future once the server runs its statement.
async fn cancel_once_it_runs<F: Future>(world: &World, future: F) {
    let running = async {
        while world.running("pg_sleep").await == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        () = running => {}
        _ended = future => panic!("nothing runs for so short a time"),
    }
}

/// A connection that is kept goes on after its statement was cancelled, and loses no transaction in silence.
#[tokio::test]
async fn a_connection_that_is_kept() {
    let (world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    for _round in 0..3 {
        cancel_once_it_runs(&world, connection.execute(raw("SELECT pg_sleep(30)"))).await;
        assert_eq!(raw("SELECT 1::int8").one(&mut connection).await.expect("the row").get::<i64>(0), 1);
        connection.start(Begin::default()).await.expect("to begin");
        connection.execute(insert("bob")).await.expect("to insert");
        cancel_once_it_runs(&world, connection.execute(raw("SELECT pg_sleep(30)"))).await;
        connection.execute(insert("eve")).await.expect_err("the transaction is gone, and with it what was in it");
        connection.rollback().await.expect("to roll back");
    }
    assert_eq!((world.count().await, number(&engine, "SELECT count(*) FROM people").await), (0, 0));
}

/// What nobody waits for any more is stopped on the server too.
#[tokio::test]
async fn a_slow_statement_is_stopped() {
    let (world, engine) = World::with_people().await;
    cancel_once_it_runs(&world, raw("SELECT pg_sleep(60)").one(&engine)).await;
    world.until_idle().await;
    // Also where the whole engine is dropped.
    let engine = world.small_engine(1);
    cancel_once_it_runs(&world, raw("SELECT pg_sleep(60)").one(&engine)).await;
    drop(engine);
    world.until_idle().await;
}
