//! A future dropped at every one of its await points in turn: counted, not random. The pool is whole afterwards, no connection is in
//! a transaction, and what was written is all there or not at all.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use aludel_driver_suite::campaign::cancel_at;
use aludel_engine::{Begin, Engine, Isolation, Savepoint};
use aludel_sql::raw;

use crate::people::{Many, all, id_and_name, insert};
use crate::world::{World, number};

/// A piece of work on an engine.
type Work = fn(Engine, usize) -> Pin<Box<dyn Future<Output = aludel_sql::Result> + Send>>;

/// Each, and how many rows are there after its end.
const WORKS: [(&str, i64, Work); 9] = [
    ("connect", 0, |engine, _| Box::pin(async move { engine.connect().await.map(drop) })),
    ("begin", 1, |engine, nth| {
        Box::pin(async move {
            let mut transaction = engine.begin().await?;
            transaction.execute(insert(format!("begin-{nth}"))).await?;
            transaction.commit().await
        })
    }),
    ("serializable", 2, |engine, nth| {
        Box::pin(async move {
            let mut connection = engine.connect().await?;
            connection.start(Begin::default().isolation(Isolation::Serializable)).await?;
            connection.execute(insert(format!("one-{nth}"))).await?;
            connection.savepoint(Savepoint::Set(1)).await?;
            connection.execute(insert(format!("two-{nth}"))).await?;
            connection.savepoint(Savepoint::Release(1)).await?;
            connection.commit().await
        })
    }),
    ("rollback", 0, |engine, nth| {
        Box::pin(async move {
            let mut transaction = engine.begin().await?;
            transaction.execute(insert(format!("rollback-{nth}"))).await?;
            transaction.rollback().await
        })
    }),
    ("execute", 1, |engine, nth| Box::pin(async move { engine.execute(insert(format!("execute-{nth}"))).await.map(drop) })),
    ("many", 3, |engine, nth| {
        Box::pin(
            async move { engine.execute(Many((0..3).map(|row| format!("many-{nth}-{row}")).collect(), id_and_name())).await.map(drop) },
        )
    }),
    ("query", 0, |engine, _| Box::pin(async move { all().all(&engine).await.map(drop) })),
    ("slow", 0, |engine, _| Box::pin(async move { raw("SELECT pg_sleep(0.02)").one(&engine).await.map(drop) })),
    ("columns", 0, |engine, _| Box::pin(async move { engine.connect().await?.columns("people").await.map(drop) })),
];

/// Waits until what was lent is back or closed.
async fn until_free(engine: &Engine) {
    let started = Instant::now();
    while engine.free_connections() < 2 {
        assert!(started.elapsed() < Duration::from_secs(5), "a connection does not come back");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn at_every_await_point() {
    let (world, engine) = World::with_people().await;
    drop(engine);
    let mut ended = 0;
    for (name, rows, work) in WORKS {
        for polls in 0..=40 {
            // What was on its way for the engine before may still come there.
            world.until_gone().await;
            // A new engine has to open its connections; the second time they are there.
            let engine = world.small_engine(2);
            let mut ends = 0;
            for warm in [false, true] {
                let before = world.count().await;
                let nth = polls * 2 + usize::from(warm);
                let end = cancel_at(polls, work(engine.clone(), nth)).await.transpose().expect(name);
                world.until_idle().await;
                until_free(&engine).await;
                let written = world.count().await - before;
                match &end {
                    Some(()) => assert_eq!(written, rows, "{name} at {polls}"),
                    // A commit that was on its way may have come there: all of it.
                    None => assert!(written == 0 || written == rows, "{name} at {polls}: {written} rows"),
                }
                let mut connection = engine.connect().await.expect("a connection");
                assert!(!connection.is_open());
                assert_eq!(raw("SELECT 4711::int8").one(&mut connection).await.expect("its own answer").get::<i64>(0), 4711);
                connection.begin().await.expect("clean").rollback().await.expect("to roll back");
                ends += usize::from(end.is_some());
            }
            until_free(&engine).await;
            ended += ends;
            if ends == 2 && polls > 12 {
                break;
            }
        }
    }
    assert!(ended >= WORKS.len(), "each comes to its end: {ended}");
}

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

/// On several threads, at moments that nobody has chosen: no connection is lost, and none is lent inside of a transaction.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once() {
    let (world, engine) = World::with_people().await;
    drop(engine);
    let engine = world.small_engine(4);
    let tasks = (0..8_usize).map(|task| {
        let engine = engine.clone();
        tokio::spawn(async move {
            let mut random = task * 7919 + 1;
            for round in 0..40 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let (_, _, work) = WORKS[(random >> 33) % WORKS.len()];
                let limit = Duration::from_micros((random >> 40) as u64 % 6000);
                let _cut_or_not = tokio::time::timeout(limit, work(engine.clone(), 1000 + task * 100 + round)).await;
                let mut connection = engine.connect().await.expect("a connection");
                assert!(!connection.is_open());
                let own = i64::try_from(task * 1000 + round).expect("few");
                let row = raw("SELECT CAST(:own AS BIGINT)").bind("own", own).one(&mut connection).await.expect("its own answer");
                assert_eq!(row.get::<i64>(0), own);
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("no panic");
    }
    world.until_idle().await;
    let started = Instant::now();
    while engine.free_connections() < 4 {
        assert!(started.elapsed() < Duration::from_secs(5), "a connection does not come back");
        tokio::task::yield_now().await;
    }
}
