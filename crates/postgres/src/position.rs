//! How far a server's log has come, and whether a standby has come as far by repeating it.

use aludel_engine::Position;
use aludel_sql::Result;
use tokio_postgres::Client;

use crate::answer::field;
use crate::errors::{from_driver, protocol};

/// All that is committed by now is before it.
pub(crate) async fn position(client: &Client) -> Result<Position> {
    let answer = client.simple_query("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn").await.map_err(from_driver)?;
    field(&answer, 0).map(Position::new).ok_or_else(|| protocol("no position of its log"))
}

/// Whether a standby has repeated all that is before a position; one that has become the primary has written as much.
pub(crate) async fn has_reached(client: &Client, position: &Position) -> Result<bool> {
    // A number of our own making, and nobody's value.
    let Ok(position) = position.as_str().parse::<u64>() else { return Ok(false) };
    let sql = format!(
        "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END - '0/0'::pg_lsn >= {position}"
    );
    let answer = client.simple_query(&sql).await.map_err(from_driver)?;
    Ok(field(&answer, 0) == Some("t"))
}
