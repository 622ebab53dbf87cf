//! Whether what a program was told is what happened, as somebody sees it who looks from elsewhere.

use std::time::{Duration, Instant};

use aludel_engine::{CommitOutcome, Engine};
use aludel_sql::{Error, ErrorKind, Result, raw};

use super::script::Told;

/// How long a server may take to notice that a connection is gone.
const NOTICED: Duration = Duration::from_secs(10);

/// What was found of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Both rows.
    Both,
    /// Neither.
    Neither,
    /// What no transaction leaves.
    Half,
}

/// Looks from outside.
pub(super) async fn look(outside: &Engine, nth: i64) -> Result<Found> {
    let row = raw("SELECT COUNT(*) FROM attempts WHERE nth = :nth AND step > 0").bind("nth", nth).one(outside).await?;
    Ok(match row.try_get::<i64>(0)? {
        2 => Found::Both,
        0 => Found::Neither,
        _ => Found::Half,
    })
}

/// Holds what was told against what is there; says what is wrong, if something is.
pub(super) async fn judge(outside: &Engine, nth: i64, (told, sent, tells): (&Told, bool, bool)) -> Result<Option<String>> {
    let found = match told {
        Told::Failed(error) if *error.kind() == ErrorKind::CommitUnknown => return unknown(outside, nth, (error, sent, tells)).await,
        Told::Single(error) => return single(outside, nth, error).await,
        _ => look(outside, nth).await?,
    };
    Ok(match (told, found) {
        (Told::Committed | Told::Wrong(_), Found::Both) | (Told::Failed(_), Found::Neither) => None,
        (Told::Committed | Told::Wrong(_), found) => Some(format!("acknowledged, and there is {found:?}")),
        (Told::Failed(error) | Told::Single(error), found) => Some(format!("{error} was told, and there is {found:?}")),
    })
}

async fn unknown(outside: &Engine, nth: i64, (error, sent, tells): (&Error, bool, bool)) -> Result<Option<String>> {
    if !sent {
        return Ok(Some(format!("{error} was told, and no COMMIT was sent")));
    }
    let outcome = resolved(outside, error).await?;
    let found = look(outside, nth).await?;
    Ok(match (outcome, found) {
        (CommitOutcome::Committed, Found::Both) | (CommitOutcome::RolledBack, Found::Neither) => None,
        (CommitOutcome::Unknown, Found::Both | Found::Neither) if !tells => None,
        (outcome, found) => Some(format!("{outcome:?} was answered, and there is {found:?}")),
    })
}

/// A write by itself was not answered: of what comes behind it, nothing is there.
async fn single(outside: &Engine, nth: i64, error: &Error) -> Result<Option<String>> {
    let outcome = resolved(outside, error).await?;
    let row = raw("SELECT COUNT(*) FROM attempts WHERE nth = :nth AND step = 0").bind("nth", nth).one(outside).await?;
    let (written, found) = (row.try_get::<i64>(0)? == 1, look(outside, nth).await?);
    Ok(match (outcome, written, found) {
        (CommitOutcome::Committed, true, Found::Neither) | (CommitOutcome::RolledBack, false, Found::Neither) => None,
        (CommitOutcome::Unknown, _, Found::Neither) => None,
        (outcome, ..) => Some(format!("{outcome:?} was answered of a write by itself, written: {written}, and there is {found:?}")),
    })
}

/// What becomes of a commit in the end.
async fn resolved(outside: &Engine, error: &Error) -> Result<CommitOutcome> {
    let started = Instant::now();
    loop {
        match outside.resolve_commit(error).await? {
            CommitOutcome::InProgress if started.elapsed() < NOTICED => {
                // tidy: condition, the pause between two looks at it
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            outcome => return Ok(outcome),
        }
    }
}
