//! Whether what a program was told is what happened, as somebody sees it who looks from elsewhere.

use aludel_engine::{CommitOutcome, Engine};
use aludel_sql::{Error, ErrorKind, Result, raw};

use super::script::Told;
use crate::commits::{is_answer, resolved};

/// Of which commits that were not answered the database tells what became.
#[derive(Clone, Copy, Debug)]
pub struct Tells {
    /// Of transactions.
    pub transactions: bool,
    /// Of writes by themselves.
    pub single: bool,
}

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

/// What is wrong with the kind of an error, if it may not come of this.
pub(super) fn misnamed(told: &Told, kinds: &[ErrorKind]) -> Option<String> {
    let (Told::Failed(error) | Told::Table(error) | Told::Single(error)) = told else { return None };
    let is_allowed = kinds.iter().any(|kind| kind.name() == error.kind().name());
    (!is_allowed).then(|| format!("{error:?} is of the wrong kind"))
}

/// Holds what was told against what is there; says what is wrong, if something is.
pub(super) async fn judge(outside: &Engine, nth: i64, (told, sent, tells): (&Told, bool, Tells)) -> Result<Option<String>> {
    let found = match told {
        Told::Failed(error) if *error.kind() == ErrorKind::CommitUnknown => {
            return unknown(outside, nth, (error, sent, tells.transactions)).await;
        }
        // No database tells of a table that was to be made: it is there in any case.
        Told::Table(error) => return single(outside, nth, (error, false)).await,
        Told::Single(error) => return single(outside, nth, (error, tells.single)).await,
        _ => look(outside, nth).await?,
    };
    Ok(match (told, found) {
        (Told::Committed | Told::Wrong(_), Found::Both) => None,
        (Told::Committed | Told::Wrong(_), found) => Some(format!("acknowledged, and there is {found:?}")),
        (_, Found::Neither) => None,
        (told, found) => Some(format!("{told:?} was told, and there is {found:?}")),
    })
}

async fn unknown(outside: &Engine, nth: i64, (error, sent, tells): (&Error, bool, bool)) -> Result<Option<String>> {
    if !sent {
        return Ok(Some(format!("{error} was told, and no COMMIT was sent")));
    }
    let outcome = resolved(outside, error).await?;
    let found = look(outside, nth).await?;
    let is_right = match outcome {
        CommitOutcome::Committed => found == Found::Both,
        CommitOutcome::RolledBack => found == Found::Neither,
        _ => found != Found::Half,
    };
    Ok((!is_right || !is_answer(outcome, tells)).then(|| format!("{outcome:?} was answered, and there is {found:?}")))
}

/// A write by itself was not answered: of what comes behind it, nothing is there.
async fn single(outside: &Engine, nth: i64, (error, tells): (&Error, bool)) -> Result<Option<String>> {
    let outcome = resolved(outside, error).await?;
    let row = raw("SELECT COUNT(*) FROM attempts WHERE nth = :nth AND step = 0").bind("nth", nth).one(outside).await?;
    let (written, found) = (row.try_get::<i64>(0)? == 1, look(outside, nth).await?);
    let is_right = found == Found::Neither
        && match outcome {
            CommitOutcome::Committed => written,
            CommitOutcome::RolledBack => !written,
            _ => true,
        };
    let told = || format!("{outcome:?} was answered of a write by itself, written: {written}, and there is {found:?}");
    Ok((!is_right || !is_answer(outcome, tells)).then(told))
}

#[cfg(test)]
mod tests {
    use aludel_sql::{Error, ErrorKind};

    use super::{Told, misnamed};

    #[test]
    fn the_kind_of_each_error_counts() {
        let error = || Error::new(ErrorKind::CommitUnknown, "not answered");
        for told in [Told::Failed(error()), Told::Table(error()), Told::Single(error())] {
            assert!(misnamed(&told, &[]).is_some(), "{told:?}");
            assert!(misnamed(&told, &[ErrorKind::CommitUnknown]).is_none(), "{told:?}");
        }
        assert!(misnamed(&Told::Committed, &[]).is_none());
    }
}
