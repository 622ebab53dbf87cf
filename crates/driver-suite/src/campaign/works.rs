//! The units of work whose futures are dropped at random points.

use std::time::Duration;

use aludel_engine::{Begin, Connection, Engine, Savepoint, timeout};
use aludel_sql::{BoxFuture, Discard, Result, raw};

use super::cut::Cut;
use super::deeds::{MOST, all, both, deed, numbers, own};

/// A unit of work.
pub(super) struct Work {
    /// What reports call it.
    pub(super) name: &'static str,
    /// How many rows of its unit are there once it has told of its success; before that they are there all or not at all.
    pub(super) rows: i64,
    /// Does it; `None` says that it was dropped.
    pub(super) run: fn(Engine, i64, Cut) -> BoxFuture<'static, Result<Option<()>>>,
}

/// Makes a [`Work`] of each block.
macro_rules! works { ($($name:literal, $rows:literal, |$engine:ident, $unit:ident, $cut:ident| $body:block)*) => {
    &[$( Work { name: $name, rows: $rows, run: |$engine, $unit, $cut| Box::pin(async move { $body }) } ),*]
} }

pub(super) use works;

/// Those that can be dropped anywhere, and those of which a part is.
pub(super) const WORKS: &[Work] = works! {
    "transaction", 2, |engine, unit, cut| { cut.of(transaction(engine, unit)).await.transpose() }
    "savepoints", 2, |engine, unit, cut| { cut.of(savepoints(engine, unit)).await.transpose() }
    "nested", 2, |engine, unit, cut| { cut.of(nested(engine, unit)).await.transpose() }
    "kept after a nested one", 2, |engine, unit, cut| { kept_after_nested(engine, unit, cut).await }
    "one statement", 2, |engine, unit, cut| { cut.of(async { engine.run_alone(&both(unit), &mut Discard).await.map(drop) }).await.transpose() }
    "query", 0, |engine, unit, cut| { cut.of(own(&engine, unit)).await.transpose() }
    "rows", 0, |engine, _unit, cut| { cut.of(all(&engine)).await.transpose() }
    "stream", 0, |engine, _unit, cut| { cut.of(stream(&engine)).await.transpose() }
    "connect", 0, |engine, _unit, cut| { cut.of(async { engine.connect().await.map(drop) }).await.transpose() }
    "commit alone", 2, |engine, unit, cut| {
        let mut transaction = engine.begin().await?;
        transaction.execute(deed(unit, 1)).await?;
        transaction.execute(deed(unit, 2)).await?;
        cut.of(transaction.commit()).await.transpose()
    }
    "rollback alone", 0, |engine, unit, cut| {
        let mut transaction = engine.begin().await?;
        transaction.execute(deed(unit, 1)).await?;
        cut.of(transaction.rollback()).await.transpose()
    }
    "rollback", 0, |engine, unit, cut| {
        let work = async {
            let mut transaction = engine.begin_immediate().await?;
            transaction.execute(deed(unit, 1)).await?;
            transaction.rollback().await
        };
        cut.of(work).await.transpose()
    }
    "raw begin", 0, |engine, unit, cut| {
        let work = async {
            let mut connection = engine.connect().await?;
            connection.execute(raw("BEGIN")).await?;
            connection.execute(deed(unit, 1)).await.map(drop)
        };
        cut.of(work).await.transpose()
    }
    "kept in a transaction", 2, |engine, unit, cut| { kept(engine, unit, cut).await }
    "kept after a transaction", 2, |engine, unit, cut| { lent(engine, unit, cut).await }
    "kept after a query", 2, |engine, unit, cut| {
        let mut connection = engine.connect().await?;
        let _cut_or_not = cut.of(all(&mut connection)).await.transpose()?;
        own(&mut connection, unit).await?;
        connection.run_with(&both(unit), &mut Discard, &mut ()).await.map(|_outcome| Some(()))
    }
    "with a timeout", 2, |engine, unit, cut| { cut.of(Box::pin(timeout(Duration::from_secs(5), transaction(engine, unit)))).await.transpose() }
    "snapshot", 0, |engine, unit, cut| {
        let work = async {
            let mut transaction = engine.snapshot().await?;
            own(&mut transaction, unit).await?;
            all(&mut transaction).await
        };
        cut.of(work).await.transpose()
    }
};

async fn transaction(engine: Engine, unit: i64) -> Result {
    let mut transaction = engine.begin().await?;
    transaction.execute(deed(unit, 1)).await?;
    own(&mut transaction, unit).await?;
    transaction.execute(deed(unit, 2)).await?;
    transaction.commit().await
}

async fn savepoints(engine: Engine, unit: i64) -> Result {
    let mut connection = engine.connect().await?;
    connection.start(Begin::default()).await?;
    connection.execute(deed(unit, 1)).await?;
    connection.savepoint(Savepoint::Set(1)).await?;
    connection.execute(deed(unit, 7)).await?;
    connection.savepoint(Savepoint::RollBack(1)).await?;
    connection.savepoint(Savepoint::Release(1)).await?;
    connection.execute(deed(unit, 2)).await?;
    connection.commit().await
}

async fn nested(engine: Engine, unit: i64) -> Result {
    let mut outer = engine.begin().await?;
    outer.execute(deed(unit, 1)).await?;
    let mut middle = outer.begin_nested().await?;
    let mut inner = middle.begin_nested().await?;
    inner.execute(deed(unit, 7)).await?;
    drop(inner);
    middle.execute(deed(unit, 2)).await?;
    middle.commit().await?;
    outer.begin_nested().await?.rollback().await?;
    outer.commit().await
}

/// A nested transaction is dropped anywhere, and the one around it goes on: all of that one stays, or nothing, and then
/// somebody is told.
async fn kept_after_nested(engine: Engine, unit: i64, cut: Cut) -> Result<Option<()>> {
    let mut outer = engine.begin().await?;
    outer.execute(deed(unit, 1)).await?;
    let dropped = async {
        let mut inner = outer.begin_nested().await?;
        inner.execute(deed(unit, 7)).await?;
        own(&mut inner, unit).await
    };
    let is_cut = cut.of(dropped).await.transpose()?.is_none();
    let others = async {
        outer.execute(deed(unit, 2)).await?;
        outer.commit().await
    };
    rest(others.await, is_cut)
}

/// What became of the rest: where something was dropped before it, an error of it is as good.
pub(super) fn rest(result: Result, is_cut: bool) -> Result<Option<()>> {
    match result {
        Ok(()) => Ok(Some(())),
        Err(_told) if is_cut => Ok(None),
        Err(error) => Err(error),
    }
}

async fn stream(engine: &Engine) -> Result {
    let mut stream = numbers().stream(engine).await?;
    for expected in 1..=MOST {
        assert_eq!(stream.next().await?, Some(expected), "a foreign row");
    }
    Ok(())
}

/// A query is dropped in a transaction whose holder goes on: all of it stays, or nothing, and then somebody is told.
async fn kept(engine: Engine, unit: i64, cut: Cut) -> Result<Option<()>> {
    let mut connection = engine.connect().await?;
    connection.start(Begin::default()).await?;
    connection.execute(deed(unit, 1)).await?;
    let is_cut = cut.of(rows_one_by_one(&mut connection)).await.transpose()?.is_none();
    let others = async {
        connection.execute(deed(unit, 2)).await?;
        connection.commit().await
    };
    rest(others.await, is_cut)
}

async fn rows_one_by_one(connection: &mut Connection) -> Result {
    let mut stream = numbers().stream(connection).await?;
    while stream.next().await?.is_some() {}
    Ok(())
}

/// A transaction is dropped whose connection is used on: what comes after it is not in it.
async fn lent(engine: Engine, unit: i64, cut: Cut) -> Result<Option<()>> {
    let mut connection = engine.connect().await?;
    let dropped = async {
        let mut transaction = connection.begin().await?;
        transaction.execute(deed(unit, 7)).await.map(drop)
    };
    let _cut_or_not = cut.of(dropped).await.transpose()?;
    own(&mut connection, unit).await?;
    connection.run_with(&both(unit), &mut Discard, &mut ()).await.map(|_outcome| Some(()))
}
