//! What is run through a proxy: a few rows by themselves, and two in a transaction.

use aludel_engine::Engine;
use aludel_sql::{Error, Result, raw};

/// The table of the script.
pub const CREATE: &str = "CREATE TABLE IF NOT EXISTS attempts (nth BIGINT NOT NULL, step BIGINT NOT NULL, PRIMARY KEY (nth, step))";

/// What the script was told.
#[derive(Debug)]
pub enum Told {
    /// The commit was acknowledged.
    Committed,
    /// It ended in an error.
    Failed(Error),
    /// A row came that is not its own, or one is missing.
    Wrong(Vec<i64>),
}

/// Runs the script once.
pub async fn work(engine: &Engine, nth: i64) -> Told {
    match run(engine, nth).await {
        Ok(steps) if steps == [0, 1, 2] => Told::Committed,
        Ok(steps) => Told::Wrong(steps),
        Err(error) => Told::Failed(error),
    }
}

async fn run(engine: &Engine, nth: i64) -> Result<Vec<i64>> {
    let mut connection = engine.connect().await?;
    connection.execute(raw(CREATE)).await?;
    let insert = |step: i64| raw("INSERT INTO attempts (nth, step) VALUES (:nth, :step)").bind("nth", nth).bind("step", step);
    connection.execute(insert(0)).await?;
    let mut transaction = connection.begin().await?;
    transaction.execute(insert(1)).await?;
    transaction.execute(insert(2)).await?;
    let rows = raw("SELECT nth, step FROM attempts WHERE nth = :nth ORDER BY step").bind("nth", nth).all(&mut transaction).await?;
    let mut steps = Vec::with_capacity(rows.len());
    for row in rows {
        let (of, step): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        steps.push(if of == nth { step } else { -1 });
    }
    transaction.commit().await?;
    Ok(steps)
}
