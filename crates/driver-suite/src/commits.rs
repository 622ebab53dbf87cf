//! What became of a commit that was not answered.

use std::time::{Duration, Instant};

use aludel_engine::{CommitOutcome, Engine};
use aludel_sql::{Error, Result};

/// How long a transaction may be on its way to its end after its connection broke.
const ENDED: Duration = Duration::from_secs(10);

/// Asks an engine after a [`CommitUnknown`](aludel_sql::ErrorKind::CommitUnknown), until the transaction is no longer on its way.
///
/// # Errors
/// As [`Engine::resolve_commit`].
pub async fn resolved(engine: &Engine, error: &Error) -> Result<CommitOutcome> {
    let started = Instant::now();
    loop {
        match engine.resolve_commit(error).await? {
            CommitOutcome::InProgress if started.elapsed() < ENDED => {
                // tidy: condition, the pause between two looks at it
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            outcome => return Ok(outcome),
        }
    }
}

/// Whether this may be the answer in the end: of what the database tells, it must be told.
pub(crate) fn is_answer(outcome: CommitOutcome, tells: bool) -> bool {
    match outcome {
        CommitOutcome::Committed | CommitOutcome::RolledBack => true,
        CommitOutcome::Unknown => !tells,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use aludel_engine::CommitOutcome;

    use super::is_answer;

    #[test]
    fn what_can_be_told_must_be() {
        let allowed = |tells| {
            let all = [CommitOutcome::Committed, CommitOutcome::RolledBack, CommitOutcome::InProgress, CommitOutcome::Unknown];
            all.map(|outcome| is_answer(outcome, tells))
        };
        assert_eq!(allowed(true), [true, true, false, false]);
        assert_eq!(allowed(false), [true, true, false, true]);
    }
}
