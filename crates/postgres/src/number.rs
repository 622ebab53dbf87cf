//! The number of a transaction: what the server calls it from its first write on, and what it says of it later.

use std::time::Instant;

use aludel_engine::CommitOutcome;
use aludel_sql::{CommitToken, Result};
use tokio_postgres::Client;

use crate::answer::field;
use crate::errors::from_driver;
use crate::history::{History, Past, Status};
use crate::tap::ASIDE;

/// What the server calls a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    number: u64,
    /// Where its log was by then: what the transaction logs later, its end above all, stands behind this.
    position: u64,
}

/// The number of the open transaction; none before it writes.
pub(crate) async fn number(client: &Client) -> Result<Option<Number>, tokio_postgres::Error> {
    let question = format!("{ASIDE}SELECT pg_current_xact_id_if_assigned(), pg_current_wal_insert_lsn() - '0/0'::pg_lsn");
    let answer = client.simple_query(&question).await?;
    let number = |column| field(&answer, column)?.parse().ok();
    Ok(number(0).zip(number(1)).map(|(number, position)| Number { number, position }))
}

/// What is to be known of a transaction whose commit was not answered: what is asked here later.
pub(crate) fn token(number: Number, past: &Past) -> CommitToken {
    let Number { number, position } = number;
    CommitToken::new(format!("{number} {position} {}", past.at_the_break(Instant::now())))
}

/// What became of a transaction.
pub(crate) async fn outcome(client: &Client, token: &CommitToken) -> Result<CommitOutcome> {
    // Numbers of our own making, and nobody's value.
    let mut words = token.as_str().splitn(3, ' ');
    let mut number = || words.next()?.parse::<u64>().ok();
    let (Some(number), Some(position)) = (number(), number()) else { return Ok(CommitOutcome::Unknown) };
    let Some(then) = words.next().and_then(History::parse) else { return Ok(CommitOutcome::Unknown) };
    let status = match client.simple_query(&format!("SELECT pg_xact_status('{number}'::xid8)")).await {
        Ok(answer) => match field(&answer, 0) {
            Some("committed") => Status::Committed,
            Some("aborted") => Status::Aborted,
            Some("in progress") => Status::InProgress,
            _ => Status::Forgotten,
        },
        Err(error) if error.code().is_some_and(|code| code.code() == "22023") => Status::NotYet,
        Err(error) => return Err(from_driver(error)),
    };
    // Asked after the status, so that no recovery can lie between.
    let now = History::ask(client).await.map_err(from_driver)?;
    Ok(now.map_or(CommitOutcome::Unknown, |now| now.judge(&then, position, status)))
}
