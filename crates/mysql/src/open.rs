//! Opens a connection: what the handshake is to know, and what is set before the first statement.

use std::fmt::Write;
use std::time::Duration;

use aludel_sql::MySql;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, OptsBuilder, SslOpts};

use crate::url::Location;

/// The largest packet that is taken or sent: as much as the server's own limit can be.
const PACKET: usize = 1 << 30;

/// After so much silence the system asks whether the server is still there.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// What the handshake is to know.
pub(crate) fn options(location: &Location, encryption: Option<SslOpts>) -> Opts {
    OptsBuilder::default()
        .ip_or_hostname(&*location.host)
        .tcp_port(location.port)
        .socket(location.socket.as_deref())
        .user(location.user.as_deref())
        .pass(location.password.as_deref())
        .db_name(location.database.as_deref())
        .ssl_opts(encryption)
        .tcp_keepalive(Some(KEEPALIVE))
        .prefer_socket(false)
        // An UPDATE counts the rows that it meets, as on other databases, and not only those that it makes different.
        .client_found_rows(true)
        // We keep the statements, by their keys.
        .stmt_cache_size(0)
        // Both, or the server is asked for them with every connection.
        .max_allowed_packet(Some(PACKET))
        .wait_timeout(Some(0))
        .into()
}

/// Opens the connection.
pub(crate) async fn open(options: Opts) -> mysql_async::Result<Conn> {
    Conn::new(options).await
}

/// Sets what every connection has.
pub(crate) async fn set(conn: &mut Conn, settings: &str) -> mysql_async::Result<()> {
    conn.query_drop(settings).await
}

/// What every connection has, in one statement: moments are UTC, a value that does not fit is refused, texts are equal if they
/// are the same, in the collations that the dialect gives to tables.
pub(crate) fn settings(location: &Location, version: (u16, u16, u16)) -> String {
    let mut settings = "SET NAMES utf8mb4 COLLATE /*!80017 utf8mb4_0900_bin */ /*M! utf8mb4_nopad_bin */, time_zone = '+00:00', \
        sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'"
        .to_owned();
    if has_snapshot_isolation(version) {
        // Only MariaDB reads what stands behind an `M`.
        settings.push_str(" /*M! , innodb_snapshot_isolation = ON */");
    }
    // MySQL does not know this variable: who has written `mariadb:` hears of it here.
    let unlimited = if location.dialect == MySql::MariaDb { ", max_statement_time = @@max_statement_time" } else { "" };
    match location.statement_timeout {
        None => settings.push_str(unlimited),
        Some(timeout) => {
            let (millis, seconds) = (timeout.as_millis(), timeout.as_secs_f64());
            let mysql =
                if location.dialect == MySql::MySql { format!(" /*!50708 , max_execution_time = {millis} */") } else { String::new() };
            let _infallible = match location.dialect {
                MySql::MySql => write!(settings, "{mysql} /*M! , max_statement_time = {seconds} */"),
                MySql::MariaDb => write!(settings, ", max_statement_time = {seconds}"),
            };
        }
    }
    settings
}

/// Whether MariaDB refuses what would overwrite another transaction's change, if asked to. MySQL has no such versions; where
/// it will, the comment is none of its own.
fn has_snapshot_isolation(version: (u16, u16, u16)) -> bool {
    match version {
        (10, 6, patch) => patch >= 18,
        (10, 11, patch) => patch >= 8,
        (11, 0, patch) => patch >= 6,
        (11, 1, patch) => patch >= 5,
        (11, 2, patch) => patch >= 4,
        (11, minor, _) => minor >= 4,
        (major, ..) => major >= 12,
    }
}
