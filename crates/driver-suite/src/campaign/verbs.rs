//! The verbs of statements, and what stands between them and an engine, each dropped by itself. The test of `calls` holds the list to
//! the sources.

use std::panic::Location;

use aludel_engine::Engine;
use aludel_sql::{Discard, Executor, Raw, Result, Run, calling, raw};

use super::cut::Cut;
use super::deeds::{MOST, UNIT, both, bulk, create_again, deed, drop_what_is_not_there, numbers, part, without};
use super::works::{Work, works};

/// One for each function, under its name.
pub(super) const VERBS: &[Work] = works! {
    "Insert::execute", 1, |engine, unit, cut| { cut.of(deed(unit, 1).execute(&engine)).await.map(|done| done.map(drop)).transpose() }
    "Update::execute", 1, |engine, unit, cut| {
        engine.execute(deed(unit, 1)).await?;
        cut.of(part(unit, 2).execute(&engine)).await.map(|done| done.map(drop)).transpose()
    }
    "Delete::execute", 1, |engine, unit, cut| {
        let mut transaction = engine.begin().await?;
        transaction.execute(deed(unit, 1)).await?;
        transaction.execute(deed(unit, 7)).await?;
        let Some(done) = cut.of(without(unit, 7).execute(&mut transaction)).await else { return Ok(None) };
        done?;
        transaction.commit().await.map(Some)
    }
    "Returning::all", 1, |engine, unit, cut| { is(cut.of(deed(unit, 1).returning(UNIT).all(&engine)).await, vec![unit]) }
    "Returning::one", 1, |engine, unit, cut| { is(cut.of(deed(unit, 1).returning(UNIT).one(&engine)).await, unit) }
    "Returning::one_or_none", 1, |engine, unit, cut| { is(cut.of(deed(unit, 1).returning(UNIT).one_or_none(&engine)).await, Some(unit)) }
    "Select::all", 0, |engine, _unit, cut| { is(cut.of(numbers().all(&engine)).await, (1..=MOST).collect()) }
    "Select::count", 0, |engine, _unit, cut| { is(cut.of(numbers().count(&engine)).await, MOST) }
    "Select::exists", 0, |engine, _unit, cut| { is(cut.of(numbers().exists(&engine)).await, true) }
    "Select::first", 0, |engine, _unit, cut| { is(cut.of(numbers().first(&engine)).await, Some(1)) }
    "Select::one", 0, |engine, _unit, cut| { is(cut.of(numbers().limit(1).one(&engine)).await, 1) }
    "Select::one_or_none", 0, |engine, _unit, cut| { is(cut.of(numbers().limit(1).one_or_none(&engine)).await, Some(1)) }
    "Select::stream", 0, |engine, _unit, cut| {
        let Some(stream) = cut.of(numbers().stream(&engine)).await else { return Ok(None) };
        assert_eq!(stream?.next().await?, Some(1), "a foreign row");
        Ok(Some(()))
    }
    "Raw::all", 0, |engine, unit, cut| {
        let found = cut.of(asking(unit).all(&engine)).await;
        is(found.map(|rows| rows?.iter().map(|row| row.try_get(0)).collect::<Result<Vec<i64>>>()), vec![unit])
    }
    "Raw::first", 0, |engine, unit, cut| {
        let found = cut.of(asking(unit).first(&engine)).await;
        is(found.map(|row| row?.map(|row| row.try_get(0)).transpose()), Some(unit))
    }
    "Raw::one", 0, |engine, unit, cut| {
        let found = cut.of(asking(unit).one(&engine)).await;
        is(found.map(|row| row?.try_get(0)), unit)
    }
    "Raw::execute", 1, |engine, unit, cut| {
        let insert = raw("INSERT INTO deeds (unit, part) VALUES (:unit, 1)").bind("unit", unit);
        cut.of(insert.execute(&engine)).await.map(|done| done.map(drop)).transpose()
    }
    "MetaData::create_all", 0, |engine, _unit, cut| { cut.of(create_again(&engine)).await.transpose() }
    "MetaData::drop_all", 0, |engine, _unit, cut| { cut.of(drop_what_is_not_there(&engine)).await.transpose() }
    "Exec::run", 2, |engine, unit, cut| {
        let (statement, mut engine) = (both(unit), &engine);
        cut.of(engine.by_ref().run(&statement, &mut Discard)).await.map(|done| done.map(drop)).transpose()
    }
    "Exec::load", 2, |engine, unit, cut| {
        let (mut rows, mut engine) = (bulk(unit), &engine);
        cut.of(engine.by_ref().load(&mut rows)).await.map(|done| done.map(drop)).transpose()
    }
    "Run::run", 0, |engine, _unit, cut| { is(cut.of(numbers().all(engine.read_only())).await, (1..=MOST).collect()) }
    "Run::load", 2, |engine, unit, cut| { load(&engine, unit, cut).await }
    "calling", 2, |engine, unit, cut| {
        let (statement, mut sink) = (both(unit), Discard);
        let future = calling(Location::caller(), engine.run_alone(&statement, &mut sink));
        cut.of(Box::pin(future)).await.map(|done| done.map(drop)).transpose()
    }
};

/// Holds the answer, if there is one, against what it must be.
fn is<T: PartialEq + std::fmt::Debug>(found: Option<Result<T>>, expected: T) -> Result<Option<()>> {
    let Some(found) = found.transpose()? else { return Ok(None) };
    assert_eq!(found, expected, "foreign rows");
    Ok(Some(()))
}

fn asking(unit: i64) -> Raw {
    raw("SELECT i - 1 + :own FROM numbers WHERE i = 1").bind("own", unit)
}

async fn load(mut engine: &Engine, unit: i64, cut: Cut) -> Result<Option<()>> {
    cut.of(Run::load(&mut engine, &mut bulk(unit))).await.map(|done| done.map(drop)).transpose()
}
