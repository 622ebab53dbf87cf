//! From the server's codes to kinds of errors. Its words may quote values, and are the `detail` of an error only.
//!
//! Source: MySQL's manual, "Server Error Message Reference"; MariaDB's knowledge base, "MariaDB Error Codes".

use aludel_sql::{Error, ErrorKind};
use mysql_async::ServerError;

use super::integrity;
use super::words::{column, quoted_after};

/// When the server said what it said. While it reads a text it knows no parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum During {
    /// It let a connection in, or not.
    Connect,
    /// It read the text of a statement.
    Prepare,
    /// It ran the statement.
    Run,
}

/// The error of a code and the server's words for it.
#[cold]
pub(crate) fn from_server(error: &ServerError, during: During) -> Error {
    let ServerError { code, message, .. } = error;
    let known = integrity::of(*code, message)
        .or_else(|| transient(*code))
        .or_else(|| names(*code, message))
        .or_else(|| data(*code, message))
        .or_else(|| access(*code))
        .unwrap_or_else(|| other(*code, message, during));
    known.with_detail(message)
}

fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
    Error::new(kind, message)
}

/// What may be otherwise the next time.
fn transient(code: u16) -> Option<Error> {
    let again = "run the transaction again from its start";
    Some(match code {
        1213 | 3058 | 1614 => {
            new(ErrorKind::Serialization, "two transactions were in each other's way, and the database has rolled this one back")
                .hint(again)
        }
        1020 => new(ErrorKind::Serialization, "another transaction has changed a row since this one began to read").hint(again),
        1205 | 3572 => new(ErrorKind::Timeout, "waited for a lock that another transaction holds, in vain")
            .hint("look for long transactions; the statement has done nothing, the rest of the transaction stands"),
        1969 | 3024 => new(ErrorKind::Timeout, "the statement was stopped: the time that a statement may take has passed")
            .hint("make the statement faster, for example by an index, or allow more by `statement_timeout` in the URL"),
        1317 => new(ErrorKind::Cancelled, "the statement was interrupted"),
        1040 | 1203 | 1226 => new(ErrorKind::Connect, "the server lets no further connection in")
            .hint("give the pool fewer connections by `pool_size`, or raise the server's `max_connections` or the user's limit"),
        1053 | 1077..=1079 | 1152 | 1158..=1161 | 1184 | 1927 | 2006 | 2013 | 4031 => {
            new(ErrorKind::Disconnected, "the server has ended the connection").hint("what was not committed is gone; begin again")
        }
        1041 | 1021 | 1030 | 1037 | 1038 | 1114 | 3675 => {
            new(ErrorKind::Storage, format!("the server has no room or memory left, or could not read or write (code {code})"))
                .hint("the server's own words are the `detail` of this error, and its log tells more")
        }
        _ => return None,
    })
}

/// Names that are not there.
fn names(code: u16, words: &str) -> Option<Error> {
    Some(match code {
        1146 | 1051 => {
            let name = quoted_after(words, "Table ").or_else(|| quoted_after(words, "Unknown table ")).unwrap_or_default();
            let table = name.rsplit_once('.').map_or(name, |(_, table)| table);
            new(ErrorKind::Syntax, format!("the database has no table `{table}`"))
                .hint("make it with `MetaData::create_all`, or check that the URL names the right database")
        }
        1054 => {
            let column = quoted_after(words, "Unknown column ").unwrap_or_default();
            new(ErrorKind::Syntax, format!("the database has no column `{column}` in the tables that the statement names"))
                .hint("look for a slip in its name; if the table is older than its declaration, add the column with ALTER TABLE")
        }
        1049 => {
            let database = quoted_after(words, "Unknown database ").unwrap_or_default();
            new(ErrorKind::Connect, format!("the server has no database `{database}`"))
                .hint("make it with CREATE DATABASE, or name another one in the URL")
        }
        1046 => new(ErrorKind::Connect, "no database is chosen").hint("name one behind the host in the URL, `mysql://host/database`"),
        1305 if words.starts_with("FUNCTION ") || words.starts_with("PROCEDURE ") => {
            let name = words.split(' ').nth(1).unwrap_or_default();
            let name = name.rsplit_once('.').map_or(name, |(_, name)| name);
            new(ErrorKind::Syntax, format!("the database has no function or procedure `{name}`")).hint("look for a slip in its name")
        }
        // Of these the words hold nothing but names.
        1005 | 1007 | 1050 | 1059..=1061 | 1068 | 1072 | 1075 | 1091 | 1101 | 1118 | 1170 | 1215 | 1553 | 1826 | 1828 | 1829 | 3780 => {
            new(ErrorKind::Syntax, "the schema does not allow the statement").hint(format!("the server says: {words}"))
        }
        1305 if words.starts_with("SAVEPOINT ") => Error::usage("the statement is out of place: there is no such savepoint")
            .hint("a transaction that has ended takes its savepoints along"),
        _ => return None,
    })
}

/// Values that do not fit.
fn data(code: u16, words: &str) -> Option<Error> {
    let what = match code {
        1264 | 1690 => "a number is out of range",
        1406 | 1162 | 1301 => "a text or bytes are too long",
        1265 | 1366 | 1292 | 1411 | 1525 | 3854 | 1300 | 1267 | 4078 | 3140..=3158 => "a value is not one that its column can hold",
        1365 => "a number is divided by zero",
        1242 => "a query that stands for one value returned more than one row",
        1153 => "a statement with its values is larger than the server's `max_allowed_packet`",
        1644 => "a trigger or a routine of the database refused the change",
        _ => return None,
    };
    let column = column(words);
    let message = match &column {
        Some(name) => format!("{what}, in column `{name}`"),
        None => what.to_owned(),
    };
    Some(new(ErrorKind::Data { column }, message).hint("the server's own words, which may quote a value, are the `detail` of this error"))
}

/// Who may what.
fn access(code: u16) -> Option<Error> {
    Some(match code {
        1045 | 1698 | 1251 | 1862 | 1820 | 3118 | 4151 => new(ErrorKind::Connect, "the server does not let this user in")
            .hint("check the user and the password in the URL, and from which hosts the user may come"),
        1044 | 1142 | 1143 | 1227 | 1370 | 1410 => {
            new(ErrorKind::Connect, "the user may not do this").hint("give the user the right with GRANT, or name another one in the URL")
        }
        1129 | 1130 => new(ErrorKind::Connect, "the server lets no connection in from this host")
            .hint("let the user come from here, see CREATE USER; after many failures FLUSH HOSTS helps"),
        1290 | 1792 | 1836 | 3100 => new(ErrorKind::ReadOnly, "the database, or this transaction, is for reading only")
            .hint("write on the primary server, and in a transaction that does not only read"),
        _ => return None,
    })
}

fn other(code: u16, words: &str, during: During) -> Error {
    match (code, during) {
        (1064 | 1149, _) => syntax(words, during),
        (1295, _) => {
            new(ErrorKind::Unsupported, "the server does not take this statement with parameters").hint("write it without parameters")
        }
        (1390, _) => new(ErrorKind::TooManyParameters, "the statement has more parameters than the server takes"),
        (1568, _) => Error::usage("the statement is out of place: a transaction is open"),
        (_, During::Connect) => new(ErrorKind::Connect, format!("the server refused the connection with code {code}")),
        // While it reads the text, it knows no value.
        (_, During::Prepare) => syntax(words, during),
        (_, During::Run) => new(ErrorKind::Data { column: None }, format!("the server could not carry the statement out (code {code})"))
            .hint("the server's own words, which may quote a value, are the `detail` of this error"),
    }
}

fn syntax(words: &str, during: During) -> Error {
    let error = new(ErrorKind::Syntax, "the server does not understand the statement");
    match during {
        During::Prepare => error.hint(format!("the server says: {words}")),
        _ => error.hint("the server's own words, which quote the statement, are the `detail` of this error"),
    }
}
