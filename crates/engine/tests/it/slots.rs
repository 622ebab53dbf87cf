//! Connections that come back late, half-way or not at all.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use aludel_engine::{Engine, PoolOptions};
use aludel_sql::{ErrorKind, raw};

use crate::script::Script;

fn engine(size: usize) -> (Script, Engine) {
    let script = Script::default();
    let options = PoolOptions::default().size(size).wait(Duration::from_millis(30));
    (script.clone(), Engine::with_pool(script, options))
}

/// Polls a future once and drops it.
fn cancel<F: Future>(future: F) {
    assert!(pin!(future).poll(&mut Context::from_waker(Waker::noop())).is_pending(), "it was to be cancelled");
}

/// Lets what runs in the background go on.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_connect_that_fails_or_is_cancelled_frees_its_place() {
    let (script, engine) = engine(1);
    script.fail_connect(true);
    for _ in 0..3 {
        assert_eq!(*engine.connect().await.map(drop).expect_err("not today").kind(), ErrorKind::Connect);
        script.pend(1);
        cancel(engine.connect());
        script.pend(0);
        assert_eq!((engine.free_connections(), engine.idle_connections()), (1, 0));
    }
    script.fail_connect(false);
    drop(engine.connect().await.expect("the place is free"));
    assert_eq!((engine.free_connections(), engine.idle_connections()), (1, 1));
}

#[tokio::test]
async fn a_dropped_transaction_is_rolled_back_in_the_background() {
    let (script, engine) = engine(1);
    let transaction = engine.begin().await.expect("to begin");
    script.pend(3);
    drop(transaction);
    assert_eq!((engine.free_connections(), engine.idle_connections()), (0, 0), "not before it is clean");
    settle().await;
    assert_eq!((engine.free_connections(), engine.idle_connections()), (1, 1));
    assert_eq!(script.diary(), "connect begin reset");
}

#[tokio::test]
async fn a_connection_that_cannot_be_cleaned_is_closed() {
    let (script, engine) = engine(1);
    let transaction = engine.begin().await.expect("to begin");
    script.fail_reset(true);
    drop(transaction);
    assert_eq!((engine.free_connections(), engine.idle_connections(), script.alive()), (1, 0, 0));
    script.fail_reset(false);
    engine.begin().await.expect("a new one").rollback().await.expect("to roll back");
}

/// Nobody is there to clean up: the connection is closed, and neither its place nor its holder's name stays.
#[test]
fn dropped_after_the_runtime() {
    let (script, engine) = engine(1);
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let transaction = runtime().block_on(engine.begin()).expect("to begin");
    script.pend(3);
    drop(transaction);
    assert_eq!((engine.free_connections(), engine.idle_connections(), script.alive()), (1, 0, 0));
    script.pend(0);
    runtime().block_on(async {
        let _held = engine.connect().await.expect("the place is free");
        let other = tokio::spawn({
            let engine = engine.clone();
            async move { engine.connect().await.map(drop) }
        });
        let error = other.await.expect("no panic").expect_err("it is held").to_string();
        assert_eq!(error.matches("a thread outside of any task").count(), 1, "one holder is named: {error}");
    });
}

/// A runtime that ends while a connection is being cleaned takes the cleaning with it.
#[test]
fn dropped_while_the_runtime_ends() {
    let (script, engine) = engine(1);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let transaction = engine.begin().await.expect("to begin");
        script.pend(1000);
        drop(transaction);
    });
    drop(runtime);
    assert_eq!((engine.free_connections(), engine.idle_connections(), script.alive()), (1, 0, 0));
}

#[tokio::test]
async fn a_statement_cancelled_in_a_transaction_ends_it() {
    let (script, engine) = engine(1);
    let mut transaction = engine.begin().await.expect("to begin");
    script.pend(1);
    cancel(transaction.execute(raw("UPDATE people SET name = 'x'")));
    script.pend(0);
    assert_eq!(script.diary(), "connect begin");
    let error = transaction.execute(raw("UPDATE people SET name = 'y'")).await.expect_err("it would be committed at once");
    assert_eq!(*error.kind(), ErrorKind::Usage);
    assert_eq!(*transaction.commit().await.expect_err("nothing is there to commit").kind(), ErrorKind::Usage);
    assert_eq!(script.diary(), "reset", "and no statement ran");
    assert_eq!((engine.free_connections(), engine.idle_connections()), (1, 1));
}

#[tokio::test]
async fn a_transaction_left_on_a_lent_connection_is_never_committed() {
    let (script, engine) = engine(1);
    let mut connection = engine.connect().await.expect("a connection");
    let transaction = connection.begin().await.expect("to begin");
    script.pend(1);
    drop(transaction);
    script.pend(0);
    connection.commit().await.expect("nothing is open");
    connection.execute(raw("UPDATE people SET name = 'x'")).await.expect("on its own");
    assert_eq!(script.diary(), "connect begin reset run");
}

#[tokio::test]
async fn a_commit_that_is_cancelled_leaves_a_clean_connection() {
    let (script, engine) = engine(1);
    let transaction = engine.begin().await.expect("to begin");
    script.pend(1);
    cancel(transaction.commit());
    settle().await;
    assert_eq!((engine.free_connections(), engine.idle_connections()), (1, 1));
    assert_eq!(script.diary(), "connect begin reset");
}
