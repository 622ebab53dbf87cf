//! Tokens of commits: a row that a transaction writes into a table of ours before it commits, so that it can be found out later whether
//! it did. For databases that cannot tell by themselves, and for answers that hold whatever has become of the server meanwhile.

use std::any::Any;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use aludel_sql::{CommitToken, Discard, Error, ErrorKind, Executable, Raw, Result, Shape, Sink, Statement, raw};

use super::backend::Backend;
use super::counted::Counted;
use crate::port::{Begin, CommitOutcome, RawConnection};

/// What a token of a row begins with; those of a driver's own do not.
const PREFIX: &str = "row ";
/// As long as a token is: a moment and random digits.
const CREATE: &str = "CREATE TABLE IF NOT EXISTS aludel_commits (token CHAR(36) NOT NULL PRIMARY KEY)";
/// Rows are let go of after this, by the clock of the database: see [`clean`].
const KEPT: Duration = Duration::from_secs(24 * 3600);
/// After so many commits.
const BETWEEN: u64 = 256;
/// How long the database may take to answer. It waits for a row that a transaction still holds for a second or two itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// Makes the table, if it is not there, over a connection of its own: on some databases that ends a transaction.
pub(super) async fn prepare(backend: &Backend) -> Result {
    let making = backend.commits.table.get_or_try_init(|| async {
        let mut connection = backend.driver.connect_primary().await?;
        let missing = match run(&mut *connection, backend, &find("")).await {
            Ok(_) => return Ok(()),
            Err(error) if *error.kind() == ErrorKind::Syntax => error,
            Err(error) => return Err(error),
        };
        let made = run(&mut *connection, backend, &raw(CREATE).into_statement()).await;
        made.map(drop).map_err(|error| error.caused_by(missing).hint(format!("make the table by hand, as a user who may: `{CREATE}`")))
    });
    // Somebody may have locked it, and all who commit wait for this.
    tokio::time::timeout(PATIENCE, making).await.map_err(|_elapsed| unanswered("whether `aludel_commits` is there"))?.map(drop)
}

/// Whether old rows are to go now.
pub(super) fn is_time_to_clean(backend: &Backend) -> bool {
    backend.commits.count.fetch_add(1, Ordering::Relaxed) % BETWEEN == BETWEEN - 1
}

/// The token of a row, and the statement that writes it.
pub(super) fn new() -> (CommitToken, Statement) {
    let random = || RandomState::new().build_hasher().finish();
    // In the order of time, so that a row is written at the end of the index, and old ones are let go of from its beginning.
    let token = format!("{}{:016x}{:08x}", moment(Duration::ZERO), random(), random() >> 32);
    let statement = insert(&token);
    (CommitToken::new(format!("{PREFIX}{token}")), statement)
}

/// The statement that lets go of old rows. Our clock finds them by the index; the clock of the database, the same for all who share
/// it, decides: rows that are older than a day.
pub(super) fn clean(backend: &Backend) -> Statement {
    let delete = match is_postgres(backend) {
        true => raw("DELETE FROM aludel_commits WHERE token < :token \
             AND CAST(CAST('x' || left(token, 12) AS bit(48)) AS bigint) < extract(epoch FROM clock_timestamp()) * 1000 - 86400000"),
        false => raw("DELETE FROM aludel_commits WHERE token < :token \
             AND CONV(LEFT(token, 12), 16, 10) < UNIX_TIMESTAMP() * 1000 - 86400000"),
    };
    delete.bind("token", moment(KEPT)).into_statement()
}

/// The statement that has a row if that of a token cannot have been let go of: an hour earlier than [`clean`] does it, for servers
/// whose clocks differ.
fn is_kept(backend: &Backend, token: &str) -> Statement {
    let select: Raw = match is_postgres(backend) {
        true => raw("SELECT 1 WHERE CAST(CAST('x' || left(:token, 12) AS bit(48)) AS bigint) \
             > extract(epoch FROM clock_timestamp()) * 1000 - 82800000"),
        false => raw("SELECT 1 FROM DUAL WHERE CONV(LEFT(:token, 12), 16, 10) > UNIX_TIMESTAMP() * 1000 - 82800000"),
    };
    select.bind("token", token.to_owned()).into_statement()
}

fn is_postgres(backend: &Backend) -> bool {
    backend.dialect().name() == "postgres"
}

/// Milliseconds since 1970, so long ago, as the beginning of a token.
fn moment(ago: Duration) -> String {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().saturating_sub(ago);
    format!("{:012x}", since.as_millis())
}

/// Whether a transaction that runs this statement alone has a row of its own, where tokens are wanted: a statement of rows. Others
/// may not stand in a transaction.
pub(super) fn marks(statement: &Statement, sql: Option<&str>) -> bool {
    match statement {
        Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_) => true,
        Statement::Raw(_) => {
            let first = sql.unwrap_or_default().trim_start().split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default();
            ["INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE"].iter().any(|word| first.eq_ignore_ascii_case(word))
        }
        _ => false,
    }
}

/// What became of the transaction whose row has this token; `None` if it is none of a row.
pub(super) async fn outcome(backend: &Backend, token: &CommitToken) -> Option<Result<CommitOutcome>> {
    let token = token.as_str().strip_prefix(PREFIX)?;
    let mut connection = match backend.driver.connect_primary().await {
        Ok(connection) => connection,
        Err(error) => return Some(Err(error)),
    };
    let answer = tokio::time::timeout(PATIENCE, ask(&mut *connection, backend, token)).await;
    Some(answer.unwrap_or_else(|_elapsed| Err(unanswered("what became of the commit").hint("nothing is known of it yet: ask again"))))
}

#[cold]
fn unanswered(what: &str) -> Error {
    Error::new(ErrorKind::Timeout, format!("the database has not told within {} s {what}", PATIENCE.as_secs()))
}

/// Looks for the row, and then tries to write it: only that meets one who has written it and has not ended.
async fn ask(connection: &mut dyn RawConnection, backend: &Backend, token: &str) -> Result<CommitOutcome> {
    if run(connection, backend, &find(token)).await? > 0 {
        return Ok(CommitOutcome::Committed);
    }
    let wait = match is_postgres(backend) {
        true => "SET lock_timeout = '1s'",
        false => "SET SESSION innodb_lock_wait_timeout = 1",
    };
    run(connection, backend, &raw(wait).into_statement()).await?;
    connection.begin(Begin::IMMEDIATE).await?;
    let written = run(connection, backend, &insert(token)).await;
    connection.rollback().await?;
    match written {
        // After the row was missed: one that is let go of later was not.
        Ok(_) => match run(connection, backend, &is_kept(backend, token)).await? {
            0 => Ok(CommitOutcome::Unknown),
            _ => Ok(CommitOutcome::RolledBack),
        },
        Err(error) => match error.kind() {
            ErrorKind::Integrity(_) => Ok(CommitOutcome::Committed),
            // Who holds the row has not ended.
            ErrorKind::Timeout | ErrorKind::Serialization => Ok(CommitOutcome::InProgress),
            // A server that only follows another one may not have heard of it yet.
            ErrorKind::ReadOnly => Ok(CommitOutcome::Unknown),
            _ => Err(error),
        },
    }
}

fn insert(token: &str) -> Statement {
    raw("INSERT INTO aludel_commits (token) VALUES (:token)").bind("token", token.to_owned()).into_statement()
}

fn find(token: &str) -> Statement {
    raw("SELECT token FROM aludel_commits WHERE token = :token").bind("token", token.to_owned()).into_statement()
}

/// Runs a statement and counts its rows.
async fn run(connection: &mut dyn RawConnection, backend: &Backend, statement: &Statement) -> Result<u64> {
    let shape = Shape::of(statement, backend.dialect())?;
    let job = backend.job(statement, &shape);
    let (mut count, mut sink, mut tracker) = (0, Discard, ());
    let mut rows = (&mut sink as &mut dyn Sink, &mut tracker as &mut (dyn Any + Send));
    connection.run(&job, &mut Counted { rows: &mut rows, count: &mut count }).await.map_err(|error| job.blame(error))?;
    Ok(count)
}
