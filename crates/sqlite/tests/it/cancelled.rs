//! A future dropped at every one of its await points in turn: counted, not random. The pool is whole afterwards, and
//! what was written is all there or not at all.

use std::future::Future;
use std::pin::Pin;

use aludel_driver_suite::campaign::cancel_at;
use aludel_engine::Engine;
use aludel_sql::raw;

use crate::child::Child;
use crate::people::insert;
use crate::world::{World, number};

/// A piece of work on an engine; what it wrote is to be seen only if it came to its end.
type Work = fn(Engine, usize) -> Pin<Box<dyn Future<Output = aludel_sql::Result> + Send>>;

const WORKS: [(&str, Work); 6] = [
    ("connect", |engine, _| Box::pin(async move { engine.connect().await.map(drop) })),
    ("begin", |engine, nth| {
        Box::pin(async move {
            let mut transaction = engine.begin().await?;
            transaction.execute(insert(format!("begin-{nth}"))).await?;
            transaction.commit().await
        })
    }),
    ("begin_immediate", |engine, nth| {
        Box::pin(async move {
            let mut transaction = engine.begin_immediate().await?;
            transaction.execute(insert(format!("immediate-{nth}"))).await?;
            tokio::task::yield_now().await;
            transaction.execute(raw("UPDATE people SET email = 'x'")).await?;
            transaction.commit().await
        })
    }),
    ("rollback", |engine, nth| {
        Box::pin(async move {
            let mut transaction = engine.begin().await?;
            transaction.execute(insert(format!("rollback-{nth}"))).await?;
            tokio::task::yield_now().await;
            transaction.rollback().await
        })
    }),
    ("execute", |engine, nth| Box::pin(async move { engine.execute(insert(format!("execute-{nth}"))).await.map(drop) })),
    ("query", |engine, _| Box::pin(async move { raw("SELECT count(*) FROM people").one(&engine).await.map(drop) })),
];

/// Cancels a work at its first await point, its second and so on, until it comes to its end or `most` is reached.
async fn storm(world: &World, most: usize, mut check: impl AsyncFnMut(&Engine)) {
    for (name, work) in WORKS {
        for polls in 0..=most {
            // A new engine has to open its connections; the second time they are there.
            let engine = world.small_engine(2);
            for warm in [false, true] {
                let before = world.count();
                let nth = polls * 2 + usize::from(warm);
                let end = cancel_at(polls, work(engine.clone(), nth)).await.transpose().expect(name);
                let written = world.count() - before;
                match &end {
                    Some(()) => assert_eq!(written, i64::from(!matches!(name, "connect" | "rollback" | "query")), "{name} at {polls}"),
                    None => assert_eq!(written, 0, "{name} at {polls}: nobody was told of it"),
                }
                assert_eq!(engine.free_connections(), 2, "{name} at {polls}");
                assert!(engine.idle_connections() <= 2);
                check(&engine).await;
            }
        }
    }
}

#[tokio::test]
async fn while_nobody_is_in_the_way() {
    let (world, _engine) = World::with_people().await;
    storm(&world, 5, async |engine| {
        let mut connection = engine.connect().await.expect("a connection");
        assert!(!connection.is_open());
        connection.begin_immediate().await.expect("clean, and the place is free").rollback().await.expect("to roll back");
    })
    .await;
}

#[tokio::test]
async fn while_another_process_holds_the_lock() {
    let (world, _engine) = World::with_people().await;
    let mut child = Child::with_lock(&world.file());
    for (name, work) in WORKS {
        let engine = world.small_engine(2);
        for polls in 0..6 {
            let end = cancel_at(polls, work(engine.clone(), polls)).await;
            assert!(end.is_none_or(|end| end.is_ok() && matches!(name, "connect" | "query")), "{name} at {polls}");
            assert_eq!(engine.free_connections(), 2, "{name} at {polls}");
            assert_eq!(number(&engine, "SELECT count(*) FROM people").await, 0);
        }
    }
    // A connection that is kept after its statement was cancelled keeps nobody else from writing.
    let engine = world.small_engine(2);
    let mut kept = engine.connect().await.expect("a connection");
    assert!(cancel_at(2, kept.execute(insert("lost"))).await.is_none());
    child.let_go();
    assert_eq!(engine.execute(insert("bob")).await.expect("the place is free"), 1);
    assert_eq!(kept.execute(insert("eve")).await.expect("the connection is fit to go on"), 1);
    assert_eq!(world.count(), 2);
}

/// A transaction whose first write was cancelled has not begun, and can still be used.
#[tokio::test]
async fn a_first_write_that_was_cancelled() {
    let (world, engine) = World::with_people().await;
    let mut child = Child::with_lock(&world.file());
    let mut transaction = engine.begin().await.expect("to begin");
    assert!(cancel_at(2, transaction.execute(insert("lost"))).await.is_none());
    child.let_go();
    transaction.execute(insert("bob")).await.expect("to insert");
    assert_eq!(world.count(), 0, "it is in a transaction");
    transaction.commit().await.expect("to commit");
    assert_eq!(world.count(), 1);
}

#[tokio::test]
async fn while_another_task_has_the_place_of_the_writer() {
    let (world, engine) = World::with_people().await;
    let (mut hold, held) = (engine.begin_immediate().await.expect("the place"), World::count(&world));
    hold.execute(raw("DELETE FROM people")).await.expect("to delete");
    let outcome = tokio::spawn({
        let driver = world.driver();
        async move {
            let options = aludel_engine::PoolOptions::default().size(2);
            let mut engine = Engine::with_pool(driver.clone(), options);
            for (name, work) in WORKS {
                // Before it connects and while it does; then before the queue and in it.
                for (nth, polls) in [0, 1, 0, 1].into_iter().enumerate() {
                    match nth {
                        0 | 1 => engine = Engine::with_pool(driver.clone(), options),
                        _ => drop(engine.connect().await.expect("a connection")),
                    }
                    let end = cancel_at(polls, work(engine.clone(), nth)).await;
                    assert!(end.is_none_or(|end| end.is_ok() && matches!(name, "connect" | "query")), "{name} at {polls}");
                    assert_eq!(engine.free_connections(), 2, "{name} at {polls}");
                }
            }
            engine
        }
    });
    let other = outcome.await.expect("no panic");
    hold.commit().await.expect("to commit");
    assert_eq!(other.execute(insert("bob")).await.expect("nobody is left in the queue"), 1);
    assert_eq!((held, world.count()), (0, 1));
}
