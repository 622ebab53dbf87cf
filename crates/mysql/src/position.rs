//! How far a server's binary log has come, and whether a replica has come as far, by MariaDB's GTIDs.
//!
//! Source: MariaDB's manual, "Global Transaction ID", `gtid_binlog_pos` and `MASTER_GTID_WAIT`.

use aludel_engine::Position;
use aludel_sql::{Error, ErrorKind, Result, Row, RowRef};
use mysql_async::Value as Wired;

use crate::errors::protocol;
use crate::line::Line;
use crate::own::rows;

/// All that is committed by now is before it.
pub(crate) async fn of(line: &mut Line) -> Result<Position> {
    let row = one(line, ("SELECT CAST(@@gtid_binlog_pos AS CHAR)", Vec::new())).await?;
    match row.text(0)?.filter(|position| !position.is_empty()) {
        Some(position) => Ok(Position::new(position)),
        None => Err(Error::new(ErrorKind::Unsupported, "the server does not tell how far it is: it writes no binary log")
            .hint("start it with `--log-bin`, or read from it alone")),
    }
}

/// Whether a replica has repeated all that is before a position.
pub(crate) async fn is_reached(line: &mut Line, position: &Position) -> Result<bool> {
    let values = vec![Wired::Bytes(position.as_str().as_bytes().to_vec())];
    Ok(one(line, ("SELECT MASTER_GTID_WAIT(?, 0)", values)).await?.int(0)? == Some(0))
}

async fn one(line: &mut Line, query: (&str, Vec<Wired>)) -> Result<Row> {
    rows(line, query).await?.pop().ok_or_else(protocol)
}
