//! What is run through a proxy: a row by itself, two in a transaction, and whether the next one who asks is answered.

use aludel_engine::{Connection, Engine};
use aludel_sql::{Error, ErrorKind, Raw, Result, raw};

/// The table of the script.
pub const CREATE: &str = "CREATE TABLE IF NOT EXISTS attempts (nth BIGINT NOT NULL, step BIGINT NOT NULL, PRIMARY KEY (nth, step))";

/// What the script was told.
#[derive(Debug)]
pub enum Told {
    /// The commit was acknowledged.
    Committed,
    /// The transaction ended in an error.
    Failed(Error),
    /// It ended in an error before anything was written.
    Before(Error),
    /// The table was to be made, and that was not answered.
    Table(Error),
    /// A write by itself was not answered.
    Single(Error),
    /// A row came that is not its own, or one is missing.
    Wrong(Vec<i64>),
}

impl Told {
    /// The error that it ended in.
    pub(super) fn error(&self) -> Option<&Error> {
        match self {
            Self::Failed(error) | Self::Before(error) | Self::Table(error) | Self::Single(error) => Some(error),
            Self::Committed | Self::Wrong(_) => None,
        }
    }
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
    engine.execute(raw(CREATE)).await.map_err(|error| before(error, Told::Table))?;
    engine.execute(insert(nth, 0)).await.map_err(|error| before(error, Told::Single))?;
    let mut connection = engine.connect().await.map_err(Told::Failed)?;
    in_transaction(&mut connection, nth).await.map_err(Told::Failed)
}

fn before(error: Error, unknown: fn(Error) -> Told) -> Told {
    match error.kind() {
        ErrorKind::CommitUnknown => unknown(error),
        _ => Told::Before(error),
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

/// Asks on the same engine afterwards, whose connection may have ended in peace: an error of the first question is one of that
/// connection then, and `forgives` it.
///
/// # Errors
/// If nobody answers.
pub(super) async fn ask_again(engine: &Engine, forgives: bool) -> Result {
    let ask = || raw("SELECT COUNT(*) FROM attempts WHERE nth < 0").one(engine);
    match ask().await {
        Err(_broken_while_it_was_idle) if forgives => ask().await.map(drop),
        first => first.map(drop),
    }
}
