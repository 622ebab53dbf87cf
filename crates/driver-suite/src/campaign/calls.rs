//! The public async functions of the engine, each dropped by itself. A test holds the list to the sources.

use std::time::Duration;

use aludel_engine::{Begin, Engine, Savepoint, Scope, Transaction, WriterQueue, scope, timeout};
use aludel_sql::{CommitToken, Discard, Error, ErrorKind, Executable, Result, Shape};

use super::cut::Cut;
use super::deeds::{MOST, all, both, bulk, deed, numbers, one, own, values};
use super::works::{Work, rest, works};

/// One for each function, under its name.
pub(super) const CALLS: &[Work] = works! {
    "Engine::connect", 0, |engine, _unit, cut| { cut.of(engine.connect()).await.map(|found| found.map(drop)).transpose() }
    "Engine::begin", 0, |engine, unit, cut| {
        let Some(begun) = cut.of(engine.begin()).await else { return Ok(None) };
        begun?.execute(deed(unit, 1)).await.map(|_| Some(()))
    }
    "Engine::begin_with", 0, |engine, unit, cut| {
        let Some(begun) = cut.of(engine.begin_with(Begin::default().read_only())).await else { return Ok(None) };
        own(&mut begun?, unit).await.map(Some)
    }
    "Engine::snapshot", 0, |engine, unit, cut| {
        let Some(begun) = cut.of(engine.snapshot()).await else { return Ok(None) };
        own(&mut begun?, unit).await.map(Some)
    }
    "Engine::begin_immediate", 2, |engine, unit, cut| {
        let Some(begun) = cut.of(engine.begin_immediate()).await else { return Ok(None) };
        let mut transaction = begun?;
        transaction.execute(deed(unit, 1)).await?;
        transaction.execute(deed(unit, 2)).await?;
        transaction.commit().await.map(Some)
    }
    "Engine::execute", 1, |engine, unit, cut| { cut.of(Box::pin(engine.execute(deed(unit, 1)))).await.map(|done| done.map(drop)).transpose() }
    "Engine::resolve_commit", 0, |engine, _unit, cut| {
        // Any number will do: what becomes of the question counts, not its answer.
        let unknown = Error::new(ErrorKind::CommitUnknown, "not answered").with_commit_token(Some(CommitToken::new("3")));
        cut.of(engine.resolve_commit(&unknown)).await.map(|found| found.map(drop)).transpose()
    }
    "Engine::connect_to_write", 0, |engine, _unit, cut| { cut.of(engine.connect_to_write()).await.map(|found| found.map(drop)).transpose() }
    "Engine::connect_for", 0, |engine, _unit, cut| {
        cut.of(engine.connect_for(Begin::default().read_only())).await.map(|found| found.map(drop)).transpose()
    }
    "Engine::for_statement", 0, |engine, _unit, cut| { cut.of(engine.for_statement()).await.map(|found| found.map(drop)).transpose() }
    "Engine::run_alone", 2, |engine, unit, cut| {
        cut.of(engine.run_alone(&both(unit), &mut Discard)).await.map(|done| done.map(drop)).transpose()
    }
    "Connection::begin", 0, |engine, unit, cut| {
        let mut connection = engine.connect().await?;
        let end = cut.of(connection.begin()).await.map(|begun| begun.map(drop)).transpose()?;
        own(&mut connection, unit).await.map(|()| end)
    }
    "Connection::begin_with", 0, |engine, unit, cut| {
        let mut connection = engine.connect().await?;
        let end = cut.of(connection.begin_with(Begin::default().read_only())).await.map(|begun| begun.map(drop)).transpose()?;
        own(&mut connection, unit).await.map(|()| end)
    }
    "Connection::begin_immediate", 0, |engine, unit, cut| {
        let mut connection = engine.connect().await?;
        let end = cut.of(connection.begin_immediate()).await.map(|begun| begun.map(drop)).transpose()?;
        own(&mut connection, unit).await.map(|()| end)
    }
    "Connection::start", 0, |engine, unit, cut| {
        let mut connection = engine.connect().await?;
        let end = cut.of(connection.start(Begin::IMMEDIATE)).await.transpose()?;
        own(&mut connection, unit).await.map(|()| end)
    }
    "Connection::execute", 1, |engine, unit, cut| {
        let mut connection = engine.connect().await?;
        let end = cut.of(connection.execute(deed(unit, 1))).await.map(|done| done.map(drop)).transpose()?;
        own(&mut connection, unit).await.map(|()| end)
    }
    "Connection::commit", 2, |engine, unit, cut| {
        let mut connection = engine.connect().await?;
        connection.start(Begin::default()).await?;
        connection.run_with(&both(unit), &mut Discard, &mut ()).await?;
        let end = cut.of(connection.commit()).await.transpose()?;
        // Not awaited at all it has done nothing, and the transaction is open still.
        if end.is_none() { connection.rollback().await?; }
        own(&mut connection, unit).await.map(|()| end)
    }
    "Connection::rollback", 0, |engine, unit, cut| {
        let mut connection = engine.connect().await?;
        connection.start(Begin::default()).await?;
        connection.execute(deed(unit, 1)).await?;
        let end = cut.of(connection.rollback()).await.transpose()?;
        own(&mut connection, unit).await.map(|()| end)
    }
    "Connection::savepoint", 2, |engine, unit, cut| { savepoint(engine, unit, cut).await }
    "Connection::run_with", 2, |engine, unit, cut| {
        let mut connection = engine.connect().await?;
        let statement = both(unit);
        let end = cut.of(connection.run_with(&statement, &mut Discard, &mut ())).await.map(|done| done.map(drop)).transpose()?;
        own(&mut connection, unit).await.map(|()| end)
    }
    "Connection::run_shaped", 2, |engine, unit, cut| {
        let mut connection = engine.connect().await?;
        let statement = both(unit);
        let shape = Shape::of(&statement, engine.dialect())?;
        let end = cut.of(connection.run_shaped(&statement, &shape, &mut Discard, &mut ())).await.map(|done| done.map(drop)).transpose()?;
        own(&mut connection, unit).await.map(|()| end)
    }
    "Connection::run_each", 2, |engine, unit, cut| {
        let mut connection = engine.connect().await?;
        let (statement, binds) = (one(unit), values(unit));
        let (mut sink, mut tracker) = (Discard, ());
        let mut rows = (&mut sink as &mut dyn aludel_sql::Sink, &mut tracker as &mut (dyn std::any::Any + Send));
        let end = cut.of(connection.run_each(&statement, &binds, 2, &mut rows)).await.map(|done| done.map(drop)).transpose()?;
        own(&mut connection, unit).await.map(|()| end)
    }
    "Connection::execute_all", 2, |engine, unit, cut| {
        let mut connection = engine.connect().await?;
        connection.start(Begin::default()).await?;
        let Some(done) = cut.of(connection.execute_all([deed(unit, 1), deed(unit, 2)])).await else { return Ok(None) };
        done?;
        connection.commit().await.map(Some)
    }
    "Engine::load", 2, |engine, unit, cut| { cut.of(engine.load(&mut bulk(unit))).await.map(|done| done.map(drop)).transpose() }
    "Connection::load", 2, |engine, unit, cut| {
        let mut connection = engine.connect().await?;
        let end = cut.of(connection.load(&mut bulk(unit))).await.map(|done| done.map(drop)).transpose()?;
        own(&mut connection, unit).await.map(|()| end)
    }
    "BulkInsert::execute", 2, |engine, unit, cut| {
        let mut transaction = engine.begin().await?;
        own(&mut transaction, unit).await?;
        let Some(done) = cut.of(bulk(unit).execute(&mut transaction)).await else { return Ok(None) };
        done?;
        transaction.commit().await.map(Some)
    }
    "Connection::only_reads", 0, |engine, unit, cut| {
        let mut connection = engine.connect().await?;
        let statement = aludel_sql::raw("SELECT i FROM numbers").into_statement();
        let shape = Shape::of(&statement, engine.dialect())?;
        let end = cut.of(connection.only_reads(&statement, &shape)).await.map(|done| done.map(drop)).transpose()?;
        own(&mut connection, unit).await.map(|()| end)
    }
    "Connection::columns", 0, |engine, unit, cut| {
        let mut connection = engine.connect().await?;
        let end = cut.of(connection.columns("deeds")).await.map(|found| found.map(drop)).transpose()?;
        own(&mut connection, unit).await.map(|()| end)
    }
    "Transaction::execute", 2, |engine, unit, cut| {
        let mut transaction = engine.begin().await?;
        transaction.execute(deed(unit, 1)).await?;
        let Some(done) = cut.of(transaction.execute(deed(unit, 2))).await else { return Ok(None) };
        done?;
        transaction.commit().await.map(Some)
    }
    "Transaction::begin_nested", 2, |engine, unit, cut| {
        let mut transaction = engine.begin().await?;
        transaction.execute(deed(unit, 1)).await?;
        let end = nested(&mut transaction, unit, cut).await?;
        let others = async {
            transaction.execute(deed(unit, 2)).await?;
            transaction.commit().await
        };
        Ok(rest(others.await, end.is_none())?.and(end))
    }
    "Transaction::commit", 2, |engine, unit, cut| {
        let mut transaction = engine.begin().await?;
        transaction.execute(deed(unit, 1)).await?;
        transaction.execute(deed(unit, 2)).await?;
        cut.of(transaction.commit()).await.transpose()
    }
    "Transaction::rollback", 0, |engine, unit, cut| {
        let mut transaction = engine.begin().await?;
        transaction.execute(deed(unit, 1)).await?;
        cut.of(transaction.rollback()).await.transpose()
    }
    "Stream::next", 0, |engine, _unit, cut| { next(engine, cut).await }
    "timeout", 2, |engine, unit, cut| {
        let statement = both(unit);
        cut.of(Box::pin(timeout(Duration::from_secs(5), engine.run_alone(&statement, &mut Discard)))).await.map(|done| done.map(drop)).transpose()
    }
    "scope", 2, |engine, unit, cut| {
        let statement = both(unit);
        let quiet = Scope { describe: || None, stop: || None };
        cut.of(scope(quiet, engine.run_alone(&statement, &mut Discard))).await.map(|done| done.map(drop)).transpose()
    }
    "WriterQueue::enter", 0, |_engine, _unit, cut| { enter(cut).await }
};

/// A savepoint is dropped in a transaction whose holder goes on.
async fn savepoint(engine: Engine, unit: i64, cut: Cut) -> Result<Option<()>> {
    let mut connection = engine.connect().await?;
    connection.start(Begin::default()).await?;
    connection.execute(deed(unit, 1)).await?;
    let end = cut.of(connection.savepoint(Savepoint::Set(1))).await.transpose()?;
    let others = async {
        connection.execute(deed(unit, 2)).await?;
        connection.commit().await
    };
    Ok(rest(others.await, end.is_none())?.and(end))
}

/// One that is nested is begun and left; what it did is gone.
async fn nested(transaction: &mut Transaction<'_>, unit: i64, cut: Cut) -> Result<Option<()>> {
    let Some(begun) = cut.of(transaction.begin_nested()).await else { return Ok(None) };
    begun?.execute(deed(unit, 7)).await.map(|_rows| Some(()))
}

/// Each call for a row is dropped, and made again: no row is lost.
async fn next(engine: Engine, cut: Cut) -> Result<Option<()>> {
    let mut stream = numbers().stream(&engine).await?;
    let mut is_cut = false;
    for expected in 1..=MOST {
        let found = match cut.of(stream.next()).await {
            Some(found) => found?,
            None => {
                is_cut = true;
                stream.next().await?
            }
        };
        assert_eq!(found, Some(expected), "a row is lost or foreign");
    }
    // Another one is left in the middle.
    let mut other = numbers().stream(&engine).await?;
    let _cut_or_not = cut.of(other.next()).await.transpose()?;
    drop((stream, other));
    all(&engine).await.map(|()| (!is_cut).then_some(()))
}

async fn enter(cut: Cut) -> Result<Option<()>> {
    let queue = std::sync::Arc::new(WriterQueue::new("campaign", Duration::from_secs(5)));
    let (taken, is_taken) = tokio::sync::oneshot::channel();
    let rival = tokio::spawn({
        let queue = std::sync::Arc::clone(&queue);
        async move {
            let ticket = queue.enter(None).await;
            // Nobody may wait for it any more.
            let _gone = taken.send(());
            // tidy: condition, how far others have come in waiting cannot be asked
            tokio::time::sleep(Duration::from_millis(1)).await;
            drop(ticket);
        }
    });
    drop(is_taken.await);
    let end = cut.of(queue.enter(None)).await.map(|entered| entered.map(drop)).transpose();
    drop(rival.await);
    queue.enter(None).await?;
    end
}

#[cfg(test)]
mod tests;
