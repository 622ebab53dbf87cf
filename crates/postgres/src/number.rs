//! The number of a transaction: what the server calls it from its first write on, and what it says of it later.

use aludel_engine::CommitOutcome;
use aludel_sql::{CommitToken, Result};
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::errors::from_driver;
use crate::tap::ASIDE;

/// The number of the open transaction; none before it writes.
pub(crate) async fn number(client: &Client) -> Result<Option<CommitToken>, tokio_postgres::Error> {
    let answer = client.simple_query(&format!("{ASIDE}SELECT pg_current_xact_id_if_assigned()")).await?;
    Ok(field(&answer).map(CommitToken::new))
}

/// What became of a transaction.
pub(crate) async fn outcome(client: &Client, token: &CommitToken) -> Result<CommitOutcome> {
    // A number of our own making, and nobody's value.
    let Ok(number) = token.as_str().parse::<u64>() else { return Ok(CommitOutcome::Unknown) };
    match client.simple_query(&format!("SELECT pg_xact_status('{number}'::xid8)")).await {
        Ok(answer) => Ok(match field(&answer) {
            Some("committed") => CommitOutcome::Committed,
            Some("aborted") => CommitOutcome::RolledBack,
            Some("in progress") => CommitOutcome::InProgress,
            _ => CommitOutcome::Unknown,
        }),
        // Another server than the one that gave the number, and behind it: it does not know of the transaction.
        Err(error) if error.code().is_some_and(|code| code.code() == "22023") => Ok(CommitOutcome::Unknown),
        Err(error) => Err(from_driver(error)),
    }
}

fn field(answer: &[SimpleQueryMessage]) -> Option<&str> {
    answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.try_get(0).ok().flatten(),
        _ => None,
    })
}
