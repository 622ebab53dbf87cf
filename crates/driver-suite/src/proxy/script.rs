//! What is run through a proxy: a few rows by themselves, and two in a transaction.

use aludel_engine::{Connection, Engine};
use aludel_sql::{Error, ErrorKind, Raw, Result, raw};

/// The table of the script.
pub const CREATE: &str = "CREATE TABLE IF NOT EXISTS attempts (nth BIGINT NOT NULL, step BIGINT NOT NULL, PRIMARY KEY (nth, step))";

/// What the script was told.
#[derive(Debug)]
pub enum Told {
    /// The commit was acknowledged.
    Committed,
    /// It ended in an error.
    Failed(Error),
    /// The table was to be made, and that was not answered.
    Table(Error),
    /// A write by itself was not answered.
    Single(Error),
    /// A row came that is not its own, or one is missing.
    Wrong(Vec<i64>),
}

/// Runs the script once.
pub async fn work(engine: &Engine, nth: i64) -> Told {
    match run(engine, nth).await {
        Ok(steps) if steps == [0, 1, 2] => Told::Committed,
        Ok(steps) => Told::Wrong(steps),
        Err(error) => error,
    }
}

async fn run(engine: &Engine, nth: i64) -> Result<Vec<i64>, Told> {
    let mut connection = engine.connect().await.map_err(Told::Failed)?;
    connection.execute(raw(CREATE)).await.map_err(|error| failed(error, Told::Table))?;
    connection.execute(insert(nth, 0)).await.map_err(|error| failed(error, Told::Single))?;
    in_transaction(&mut connection, nth).await.map_err(Told::Failed)
}

fn failed(error: Error, unknown: fn(Error) -> Told) -> Told {
    match error.kind() {
        ErrorKind::CommitUnknown => unknown(error),
        _ => Told::Failed(error),
    }
}

fn insert(nth: i64, step: i64) -> Raw {
    raw("INSERT INTO attempts (nth, step) VALUES (:nth, :step)").bind("nth", nth).bind("step", step)
}

async fn in_transaction(connection: &mut Connection, nth: i64) -> Result<Vec<i64>> {
    let mut transaction = connection.begin().await?;
    transaction.execute(insert(nth, 1)).await?;
    transaction.execute(insert(nth, 2)).await?;
    let rows = raw("SELECT nth, step FROM attempts WHERE nth = :nth ORDER BY step").bind("nth", nth).all(&mut transaction).await?;
    let mut steps = Vec::with_capacity(rows.len());
    for row in rows {
        let (of, step): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        steps.push(if of == nth { step } else { -1 });
    }
    transaction.commit().await?;
    Ok(steps)
}
