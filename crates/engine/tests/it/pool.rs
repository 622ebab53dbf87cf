//! What a pool does with connections that lie idle, grow old, break, or are more than it keeps.

use std::time::Duration;

use aludel_engine::{Engine, PoolOptions, PoolOrder};
use aludel_sql::{ErrorKind, raw};

use crate::script::Script;

fn engine(options: PoolOptions) -> (Script, Engine) {
    let script = Script::default();
    (script.clone(), Engine::with_pool(script, options.wait(Duration::from_millis(30))))
}

fn options(size: usize) -> PoolOptions {
    PoolOptions::default().size(size)
}

#[tokio::test]
async fn what_is_over_the_size_is_closed_when_it_comes_back() {
    let (script, engine) = engine(options(1).overflow(2));
    let lent = [engine.connect().await, engine.connect().await, engine.connect().await].map(|lent| lent.expect("a place"));
    let stats = engine.pool();
    assert_eq!((stats.most, stats.free, stats.idle, stats.holders.len()), (3, 0, 0, 3));
    let error = engine.for_statement().await.map(drop).expect_err("all are held by this very task");
    assert_eq!(*error.kind(), ErrorKind::Deadlock);
    drop(lent);
    let stats = engine.pool();
    assert_eq!((stats.opened, stats.closed, stats.idle, stats.free), (3, 2, 1, 3));
    assert_eq!(script.alive(), 1);
}

#[tokio::test]
async fn one_that_is_too_old_is_replaced() {
    let (script, engine) = engine(options(1).recycle(Duration::ZERO));
    for _ in 0..3 {
        engine.execute(raw("x")).await.expect("it runs");
    }
    assert_eq!(script.diary(), "connect run connect run connect run");
    assert_eq!(script.alive(), 1);
}

#[tokio::test]
async fn one_that_lay_idle_is_asked_first() {
    let (script, engine) = engine(options(1).ping_after(Duration::ZERO));
    for _ in 0..2 {
        engine.execute(raw("x")).await.expect("it runs");
    }
    assert_eq!(script.diary(), "connect run ping run");
    script.fail_ping(true);
    engine.execute(raw("x")).await.expect("on a new connection");
    assert_eq!(script.diary(), "ping connect run");
    assert_eq!((script.alive(), engine.pool().closed), (1, 1));
}

/// A server that says nothing costs the time of a ping, not more.
#[tokio::test(start_paused = true)]
async fn a_ping_without_an_answer_ends() {
    let (script, engine) = engine(options(1).ping_after(Duration::ZERO));
    engine.execute(raw("x")).await.expect("it runs");
    script.hang_ping(true);
    let started = tokio::time::Instant::now();
    engine.execute(raw("x")).await.expect("on a new connection");
    assert_eq!(started.elapsed(), Duration::from_secs(1));
    assert_eq!(script.diary(), "connect run connect run");
}

/// A restarted server has broken all connections: none of the others is lent unasked.
#[tokio::test]
async fn where_one_has_broken_the_others_are_asked() {
    let (script, engine) = engine(options(3));
    let lent = [engine.connect().await, engine.connect().await].map(|lent| lent.expect("a place"));
    drop(lent);
    let broken = engine.begin().await.expect("to begin");
    script.fail_reset(true);
    drop(broken);
    script.fail_reset(false);
    script.diary();
    engine.execute(raw("x")).await.expect("it runs");
    engine.execute(raw("x")).await.expect("it runs");
    assert_eq!(script.diary(), "ping run run", "once is enough");
}

#[tokio::test]
async fn idle_ones_are_lent_in_the_order_that_is_asked_for() {
    for (order, expected) in [(PoolOrder::LastIn, 6), (PoolOrder::FirstIn, 2)] {
        let (script, engine) = engine(options(3).order(order).ping_after(Duration::ZERO));
        let lent = [engine.connect().await, engine.connect().await, engine.connect().await].map(|lent| lent.expect("a place"));
        drop(lent);
        for _ in 0..6 {
            engine.execute(raw("x")).await.expect("it runs");
        }
        // Each connection knows by itself how often it was asked.
        assert_eq!(script.most_asked(), expected, "{order:?}");
    }
}

#[tokio::test]
async fn a_pool_that_is_disposed_of_begins_anew() {
    let (script, engine) = engine(options(2));
    engine.execute(raw("x")).await.expect("it runs");
    engine.dispose();
    assert_eq!((script.alive(), engine.pool().idle), (0, 0));
    engine.execute(raw("x")).await.expect("it runs");
    assert_eq!(script.diary(), "connect run connect run");
}
