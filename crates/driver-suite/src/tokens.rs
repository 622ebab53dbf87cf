//! The rows by which transactions tell that they are committed, once they are old.

use std::time::SystemTime;

use aludel_engine::{CommitOutcome, Engine};
use aludel_sql::{CommitToken, Error, ErrorKind, Raw, Result, raw};

const HOUR_MS: u128 = 3_600_000;
/// More than an engine writes until it looks for rows that are old.
const WRITES: i64 = 256;

/// What became of the transaction whose row has this token.
///
/// # Errors
/// As [`Engine::resolve_commit`].
pub async fn ask(engine: &Engine, token: &str) -> Result<CommitOutcome> {
    let error = Error::new(ErrorKind::CommitUnknown, "").with_commit_token(Some(CommitToken::new(format!("row {token}"))));
    engine.resolve_commit(&error).await
}

/// The row of a token, as a transaction leaves it.
pub fn row(token: &str) -> Raw {
    raw("INSERT INTO aludel_commits (token) VALUES (:token)").bind("token", token.to_owned())
}

/// A row that is gone because it is old tells nothing, and only such rows go. The engine leaves rows, the one from `outside` does not;
/// in their database is the table `written` with a number `b`. Returns a token whose row is there.
///
/// # Panics
/// If it is otherwise.
pub async fn rows_that_are_old(engine: &Engine, outside: &Engine) -> String {
    let write = async |nth: i64| engine.execute(raw("INSERT INTO written (b) VALUES (:nth)").bind("nth", nth)).await.expect("a row");
    let told = async |token: &str| ask(engine, token).await.expect("an answer");
    write(0).await;
    let since = SystemTime::UNIX_EPOCH.elapsed().expect("a time").as_millis();
    let token = |hours: u128| format!("{:012x}{:024x}", since - hours * HOUR_MS, hours);
    assert_eq!(told(&token(22)).await, CommitOutcome::RolledBack);
    assert_eq!(told(&token(24)).await, CommitOutcome::Unknown);
    let (kept, gone) = (token(23), token(25));
    for token in [&kept, &gone] {
        outside.execute(row(token)).await.expect("a row");
        assert_eq!(told(token).await, CommitOutcome::Committed);
    }
    for nth in 0..WRITES {
        write(nth).await;
    }
    assert_eq!(told(&kept).await, CommitOutcome::Committed);
    assert_eq!(told(&gone).await, CommitOutcome::Unknown);
    kept
}
