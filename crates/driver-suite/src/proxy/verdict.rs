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
pub(super) struct Found {
    /// Whether the row that was written by itself is there.
    single: bool,
    /// How many rows of the transaction.
    rows: i64,
}

/// All rows of a transaction.
const BOTH: i64 = 2;
/// What is there once a write by itself has been made, and the transaction has not.
const SINGLE: Found = Found { single: true, rows: 0 };
const NOTHING: Found = Found { single: false, rows: 0 };
const ALL: Found = Found { single: true, rows: BOTH };

/// Looks from outside.
pub(super) async fn look(outside: &Engine, nth: i64) -> Result<Found> {
    let rows = raw("SELECT step FROM attempts WHERE nth = :nth").bind("nth", nth).all(outside).await?;
    let mut found = NOTHING;
    for row in rows {
        match row.try_get::<i64>(0)? {
            0 => found.single = true,
            _ => found.rows += 1,
        }
    }
    Ok(found)
}

/// What is wrong with the kind of an error, if it may not come of this.
pub(super) fn misnamed(told: &Told, kinds: &[ErrorKind]) -> Option<String> {
    let error = told.error()?;
    let is_allowed = kinds.iter().any(|kind| kind.name() == error.kind().name());
    (!is_allowed).then(|| format!("{error:?} is of the wrong kind"))
}

/// Who is asked what became of a commit, and who looks from outside.
#[derive(Clone, Copy)]
pub(super) struct Judges<'e> {
    pub(super) asked: &'e Engine,
    pub(super) outside: &'e Engine,
    /// Whether the server's words arrive as they are: of one that lies, "done" is believed.
    pub(super) honest: bool,
}

/// Holds what was told against what is there; says what is wrong, if something is.
pub(super) async fn judge(judges: Judges<'_>, nth: i64, (told, sent, tells): (&Told, bool, Tells)) -> Result<Option<String>> {
    let expected = match told {
        Told::Failed(error) if *error.kind() == ErrorKind::CommitUnknown => {
            return unknown(judges, nth, (error, sent, tells.transactions)).await;
        }
        Told::Single(error) => return single(judges, nth, (error, tells.single)).await,
        Told::Committed | Told::Wrong(_) => ALL,
        Told::Failed(_) => SINGLE,
        // No database tells of a table that was to be made: it is there in any case.
        Told::Before(_) | Told::Table(_) => NOTHING,
    };
    let found = look(judges.outside, nth).await?;
    let is_lied_to = !judges.honest && matches!(told, Told::Failed(_)) && found == NOTHING;
    Ok((found != expected && !is_lied_to).then(|| format!("{told:?} was told, and there is {found:?}")))
}

async fn unknown(
    Judges { asked, outside, .. }: Judges<'_>,
    nth: i64,
    (error, sent, tells): (&Error, bool, bool),
) -> Result<Option<String>> {
    if !sent {
        return Ok(Some(format!("{error} was told, and no COMMIT was sent")));
    }
    let outcome = resolved(asked, error).await?;
    let found = look(outside, nth).await?;
    let is_right = match outcome {
        CommitOutcome::Committed => found == ALL,
        CommitOutcome::RolledBack => found == SINGLE,
        _ => found == ALL || found == SINGLE,
    };
    Ok((!is_right || !is_answer(outcome, tells)).then(|| format!("{outcome:?} was answered, and there is {found:?}")))
}

/// A write by itself was not answered: of what comes behind it, nothing is there.
async fn single(Judges { asked, outside, .. }: Judges<'_>, nth: i64, (error, tells): (&Error, bool)) -> Result<Option<String>> {
    let outcome = resolved(asked, error).await?;
    let found = look(outside, nth).await?;
    let is_right = match outcome {
        CommitOutcome::Committed => found == SINGLE,
        CommitOutcome::RolledBack => found == NOTHING,
        _ => found.rows == 0,
    };
    Ok((!is_right || !is_answer(outcome, tells)).then(|| format!("{outcome:?} was answered of a write by itself, and there is {found:?}")))
}

#[cfg(test)]
mod tests {
    use aludel_sql::{Error, ErrorKind};

    use super::{Told, misnamed};

    #[test]
    fn the_kind_of_each_error_counts() {
        let error = || Error::new(ErrorKind::CommitUnknown, "not answered");
        for told in [Told::Failed(error()), Told::Before(error()), Told::Table(error()), Told::Single(error())] {
            assert!(misnamed(&told, &[]).is_some(), "{told:?}");
            assert!(misnamed(&told, &[ErrorKind::CommitUnknown]).is_none(), "{told:?}");
        }
        assert!(misnamed(&Told::Committed, &[]).is_none());
    }
}
