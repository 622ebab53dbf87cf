//! From SQLite's result codes to kinds of errors. SQLite's own words name tables and columns, and now and then
//! quote a value; they are read for names, and kept apart.
//!
//! Source: <https://www.sqlite.org/rescode.html>.

use std::ffi::c_int;
use std::time::Duration;

use aludel_engine::Stop;
use aludel_sql::{Constraint, Error, ErrorKind, Integrity};
use libsqlite3_sys as sys;

/// When SQLite said what it said. It knows no bound value while it prepares a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum During {
    /// It read the text.
    Prepare,
    /// It ran the statement.
    Run,
}

/// The error of an extended result code and SQLite's words for it.
#[cold]
pub(crate) fn error(code: c_int, words: &str, during: During) -> Error {
    match code & 0xff {
        sys::SQLITE_CONSTRAINT => constraint(code, words),
        sys::SQLITE_ERROR => not_understood(words, during),
        _ => other(code),
    }
    .with_detail(words)
}

/// The error of a call through rusqlite.
#[cold]
pub(crate) fn from_rusqlite(error: &rusqlite::Error) -> Error {
    match error {
        rusqlite::Error::SqliteFailure(failure, words) => {
            self::error(failure.extended_code, words.as_deref().unwrap_or_default(), During::Run)
        }
        other => Error::new(ErrorKind::Storage, "SQLite refused a call").with_detail(other.to_string()),
    }
}

/// The error of a statement that our own handler has stopped.
#[cold]
pub(crate) fn stopped(stop: Stop) -> Error {
    match stop {
        Stop::Cancelled => Error::new(ErrorKind::Cancelled, "the statement was stopped: nobody waits for it any more"),
        Stop::Deadline => Error::new(ErrorKind::Timeout, "the statement was stopped: the time that its request may take has passed")
            .hint("make the statement faster, for example by an index, or allow the request more time"),
    }
}

/// The error of a statement that ran for longer than its connection allows.
#[cold]
pub(crate) fn too_long(limit: Duration) -> Error {
    Error::new(
        ErrorKind::Timeout,
        format!("the statement was stopped: it ran longer than the {} ms that `statement_timeout` allows", limit.as_millis()),
    )
    .hint("make the statement faster, for example by an index, or allow more by `statement_timeout` in the URL")
}

fn other(code: c_int) -> Error {
    let new = |kind, message: &str| Error::new(kind, message);
    match code & 0xff {
        sys::SQLITE_BUSY | sys::SQLITE_LOCKED if code == sys::SQLITE_BUSY_SNAPSHOT => {
            new(ErrorKind::Serialization, "another transaction has written since this one began to read")
                .hint("run the transaction again from its start")
        }
        sys::SQLITE_BUSY | sys::SQLITE_LOCKED => busy(),
        sys::SQLITE_INTERRUPT => new(ErrorKind::Cancelled, "the statement was interrupted"),
        sys::SQLITE_READONLY => new(ErrorKind::ReadOnly, "the database is open for reading only")
            .hint("check the permissions of the file and of its folder, and whether the URL says `mode=ro`"),
        sys::SQLITE_TOOBIG => new(ErrorKind::Data { column: None }, "a text or a row is larger than SQLite can keep"),
        sys::SQLITE_FULL => new(ErrorKind::Storage, "the disk is full").hint("free some space; nothing that was committed is lost"),
        sys::SQLITE_CORRUPT => {
            new(ErrorKind::Storage, "the database file is damaged").hint("restore a backup, or try `.recover` of the sqlite3 shell")
        }
        sys::SQLITE_NOTADB => {
            new(ErrorKind::Connect, "the file is no SQLite database").hint("name another file: this one holds something else")
        }
        sys::SQLITE_CANTOPEN => new(ErrorKind::Connect, "the database file cannot be opened"),
        sys::SQLITE_MISMATCH => new(ErrorKind::Data { column: None }, "a value is not of the type that its column demands"),
        sys::SQLITE_RANGE => new(ErrorKind::Usage, "the statement has fewer parameters than values"),
        sys::SQLITE_IOERR => {
            Error::new(ErrorKind::Storage, format!("the system could not read or write the database file (SQLite's code {code})"))
                .hint("look for a full or failing disk; a database file belongs on a local disk, not on one of the network")
        }
        _ => Error::new(ErrorKind::Storage, format!("SQLite failed with code {code}")),
    }
}

/// What waits for a lock of another process in vain.
#[cold]
pub(crate) fn busy() -> Error {
    Error::new(ErrorKind::Timeout, "another process holds the write lock of the database, or needs it to itself")
        .hint("look for another program that has the file open in a long transaction")
}

/// SQLite has one code for all that it does not understand; its words for a missing name hold nothing but the name.
fn not_understood(words: &str, during: During) -> Error {
    let missing = |prefix: &str| words.strip_prefix(prefix).map(|name| name.to_owned());
    if let Some(name) = missing("no such table: ") {
        return Error::new(ErrorKind::Syntax, format!("the database has no table `{name}`"))
            .hint("make it with `MetaData::create_all`, or check that the URL names the right file");
    }
    let column = words.find("has no column named ").map(|at| words[at + "has no column named ".len()..].to_owned());
    if let Some(name) = missing("no such column: ").or(column) {
        return Error::new(ErrorKind::Syntax, format!("the database has no column `{name}` in the table that the statement names"))
            .hint("look for a slip in its name; if the table is older than its declaration, add the column with ALTER TABLE");
    }
    let out_of_place = ["within a transaction", "within transaction", "no transaction is active", "no such savepoint"];
    if out_of_place.iter().any(|part| words.contains(part)) {
        return Error::usage(format!("the statement is out of place: {words}"))
            .hint("`begin`, `commit` and `rollback` keep track of transactions; raw statements for them must fit together");
    }
    match during {
        // The schema would not hold together: only its own text is quoted.
        During::Run if words.starts_with("error in ") => {
            Error::new(ErrorKind::Syntax, "the schema does not allow the statement").hint(format!("SQLite says: {words}"))
        }
        During::Prepare => Error::new(ErrorKind::Syntax, "SQLite does not understand the statement").hint(format!("SQLite says: {words}")),
        During::Run => Error::new(ErrorKind::Data { column: None }, "SQLite could not carry the statement out")
            .hint("SQLite's own words, which may quote a value, are the `detail` of this error"),
    }
}

fn constraint(code: c_int, words: &str) -> Error {
    let kind = match code {
        sys::SQLITE_CONSTRAINT_UNIQUE => Constraint::Unique,
        sys::SQLITE_CONSTRAINT_PRIMARYKEY | sys::SQLITE_CONSTRAINT_ROWID => Constraint::PrimaryKey,
        sys::SQLITE_CONSTRAINT_FOREIGNKEY => Constraint::ForeignKey,
        sys::SQLITE_CONSTRAINT_NOTNULL => Constraint::NotNull,
        sys::SQLITE_CONSTRAINT_CHECK => Constraint::Check,
        sys::SQLITE_CONSTRAINT_TRIGGER => {
            return Error::new(ErrorKind::Data { column: None }, "a trigger of the database refused the change")
                .hint("what it says is the `detail` of this error");
        }
        sys::SQLITE_CONSTRAINT_DATATYPE => {
            return Error::new(ErrorKind::Data { column: None }, "a value is not of the type that its column demands");
        }
        _ => return Error::new(ErrorKind::Storage, format!("SQLite refused the change with code {code}")),
    };
    let names = words.split_once(" constraint failed: ").map(|(_, names)| names).unwrap_or_default();
    Error::integrity(describe(kind, names)).hint(advice(kind))
}

/// What to do about a violated constraint.
fn advice(kind: Constraint) -> &'static str {
    match kind {
        Constraint::Unique => {
            "another row has this value: ask for it before inserting, or answer this error in an error handler, with 409 and a message"
        }
        Constraint::PrimaryKey => "another row has this key: let the database assign it, or load and change that row",
        Constraint::ForeignKey => {
            "the row that is referred to is not there, or other rows refer to the one that goes: insert parents first, delete children first"
        }
        Constraint::NotNull => {
            "give the column a value, or declare it as an `Option`; a table that is older than its declaration may demand more"
        }
        _ => "the database refuses the value: check it before, or answer this error in an error handler",
    }
}

/// `people.name, people.email`, `index 'name'` (an index on expressions), or the name of a check.
fn describe(kind: Constraint, names: &str) -> Integrity {
    let mut integrity = Integrity { kind, constraint: None, table: None, columns: Vec::new() };
    if let Some(index) = names.strip_prefix("index '").and_then(|rest| rest.strip_suffix('\'')) {
        integrity.constraint = Some(index.to_owned());
    } else if kind == Constraint::Check {
        integrity.constraint = Some(names.to_owned()).filter(|name| !name.is_empty());
    } else {
        for (table, column) in names.split(", ").filter_map(|name| name.split_once('.')) {
            integrity.table = Some(table.to_owned());
            integrity.columns.push(column.to_owned());
        }
    }
    integrity
}
