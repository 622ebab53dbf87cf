//! From the server's error codes to kinds of errors. The server's own words quote values: they are read for names, and kept apart.
//!
//! Source: PostgreSQL's manual, appendix A "PostgreSQL Error Codes".

use std::io;

use aludel_sql::{Constraint, Error, ErrorKind, Integrity};
use tokio_postgres::error::DbError;

use crate::tap::Lie;

/// The error of a call through tokio-postgres.
#[cold]
pub(crate) fn from_driver(error: tokio_postgres::Error) -> Error {
    if let Some(told) = error.as_db_error() {
        return told_by_server(told);
    }
    if error.is_closed() {
        return disconnected();
    }
    let about = error.to_string();
    match error.into_source().map(|source| source.downcast::<Error>()) {
        // What our own encoding has refused.
        Some(Ok(ours)) => *ours,
        Some(Err(source)) => match source.downcast::<io::Error>() {
            Ok(error) => from_io(&error),
            Err(_) => unexpected(&about),
        },
        None => unexpected(&about),
    }
}

/// The error of a connection that has ended.
#[cold]
pub(crate) fn from_end(error: tokio_postgres::Error) -> Error {
    let told = error.as_db_error().map(|told| told.code().code().to_owned());
    match (told, from_driver(error)) {
        // Whatever the server said last, it has closed the connection.
        (Some(code), error) if *error.kind() != ErrorKind::Disconnected => {
            disconnected().with_detail(format!("code {code}: {}", error.detail().unwrap_or_default()))
        }
        (_, error) => error,
    }
}

/// The error of a connection that did not come about.
#[cold]
pub(crate) fn at_startup(error: tokio_postgres::Error, host: &str, (user, database): (&str, &str)) -> Error {
    let connect = |message: String, hint: &str| Error::new(ErrorKind::Connect, message).hint(hint);
    let code = error.code().map(|code| code.code().to_owned()).unwrap_or_default();
    let told = from_driver(error);
    let detail = told.detail().unwrap_or_default().to_owned();
    match code.as_str() {
        "28P01" => {
            connect(format!("the server `{host}` does not accept the password of the user `{user}`"), "check user and password of the URL")
        }
        _ if code.starts_with("28") => connect(
            format!("the server `{host}` does not let the user `{user}` into the database `{database}`"),
            "check the user of the URL, and the server's `pg_hba.conf` for this user, database, address and `sslmode`",
        ),
        "3D000" => Error::new(ErrorKind::Connect, format!("the server `{host}` has no database `{database}`"))
            .hint(format!("make it, for example by `createdb {database}`, or check the name at the end of the URL")),
        "22023" | "42704" => connect(format!("the server `{host}` does not take the settings of the URL"), "check its `options`"),
        _ if *told.kind() == ErrorKind::Disconnected => connect(
            format!("the server `{host}` has closed the connection before it was open"),
            "look into the server's log; another program may listen on this port",
        ),
        _ => return told,
    }
    .with_detail(detail)
}

/// The error of a connection that broke.
#[cold]
pub(crate) fn from_io(error: &io::Error) -> Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Lie>()) {
        Some(lie) => protocol(lie.to_string()),
        None if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput) => {
            protocol("a message that cannot be read")
        }
        None => disconnected().with_detail(error.to_string()),
    }
}

#[cold]
pub(crate) fn disconnected() -> Error {
    Error::new(ErrorKind::Disconnected, "the server has closed the connection, or the network did")
        .hint("run the transaction again from its start; the next connection is a new one")
}

#[cold]
pub(crate) fn protocol(what: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Protocol, format!("the server has sent what its protocol does not allow: {what}"))
        .hint("check that the URL names a PostgreSQL server, and what stands between it and this program; the connection is closed")
}

/// What tokio-postgres says without the server: its words quote nothing.
fn unexpected(about: &str) -> Error {
    match about {
        about if about.starts_with("authentication") => Error::new(
            ErrorKind::Connect,
            "the server asks for a password in a way that is not spoken here, or failed to prove that it knows it",
        )
        .hint("use `scram-sha-256` in the server's `pg_hba.conf`"),
        about if about.starts_with("invalid configuration") => {
            Error::new(ErrorKind::Connect, "the server asks for a password, and the URL has none")
                .hint("write `postgres://user:password@host/database`")
        }
        _ => protocol("a message out of place"),
    }
}

/// The error that the server tells.
#[cold]
pub(crate) fn told_by_server(told: &DbError) -> Error {
    let code = told.code().code();
    let detail = match told.detail() {
        Some(detail) => format!("{} ({detail})", told.message()),
        None => told.message().to_owned(),
    };
    let error = match code.get(..2).unwrap_or_default() {
        "23" => constraint(code, told),
        "22" => data(code, told),
        "42" | "26" | "34" | "3F" => not_understood(code, told),
        "57" if told.message().contains("statement timeout") => {
            new(ErrorKind::Timeout, "the statement was stopped: it ran longer than `statement_timeout` allows")
                .hint("make the statement faster, for example by an index, or allow it more time")
        }
        "28" | "3D" | "08" | "53" | "57" | "58" => server(code),
        _ => other(code, told),
    };
    at(error.with_detail(detail), place(told))
}

/// Which row of a COPY it is about.
#[derive(Default)]
struct Place<'t> {
    line: Option<&'t str>,
    column: Option<&'t str>,
}

/// Reads `COPY people, line 3, column age: "x"`, of which the end is a value.
fn place(told: &DbError) -> Place<'_> {
    let Some((_, rest)) = told.where_().filter(|text| text.starts_with("COPY ")).and_then(|text| text.split_once(", line ")) else {
        return Place::default();
    };
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    let column = rest[end..].strip_prefix(", column ").and_then(|rest| rest.split(':').next());
    Place { line: Some(&rest[..end]), column: column.map(|name| name.strip_suffix(", null input").unwrap_or(name)) }
}

/// Adds the place in what was copied.
fn at(error: Error, Place { line, column }: Place<'_>) -> Error {
    let error = match column {
        Some(column) => error.of_column(column),
        None => error,
    };
    match line {
        Some(line) => error.and_hint(&format!("it is line {line} of what was copied")),
        None => error,
    }
}

fn new(kind: ErrorKind, message: &str) -> Error {
    Error::new(kind, message)
}

fn other(code: &str, told: &DbError) -> Error {
    match code {
        "40P01" => new(
            ErrorKind::Serialization,
            "the server has ended a deadlock: transactions waited for each other, and this one was rolled back",
        )
        .hint("run the transaction again from its start; lock rows in the same order everywhere"),
        "40003" => new(ErrorKind::CommitUnknown, "the server does not know whether the statement was completed"),
        _ if code.starts_with("40") => {
            new(ErrorKind::Serialization, "another transaction has changed what this one has read or would change")
                .hint("run the transaction again from its start")
        }
        "55P03" => new(ErrorKind::Timeout, "another transaction holds the lock that the statement needs")
            .hint("look for a long transaction in `pg_stat_activity`"),
        "25006" => new(ErrorKind::ReadOnly, "the transaction or the server only reads")
            .hint("begin a transaction that writes, or ask for a server that does: `target_session_attrs=read-write`"),
        "25P02" => Error::usage("the transaction has failed by an earlier error, and takes no statements any more")
            .hint("roll back, and begin again; a savepoint before a statement that may fail keeps the rest"),
        "25P03" => new(ErrorKind::Disconnected, "the server has closed the connection: its transaction was idle for too long")
            .hint("do not wait for others inside of a transaction, or change `idle_in_transaction_session_timeout`"),
        _ if code.starts_with("25") || code.starts_with("3B") || code.starts_with("2D") => {
            Error::usage("the statement is out of place here: it does not go with the transaction, or with the lack of one")
                .hint("`begin`, `commit` and `rollback` keep track of transactions; what the server says is the `detail` of this error")
        }
        "0A000" if told.routine() == Some("RevalidateCachedQuery") => {
            new(ErrorKind::Serialization, "the columns of the statement have changed since this connection has prepared it")
                .hint("run the transaction again from its start")
        }
        "0A000" => new(ErrorKind::Unsupported, "PostgreSQL does not do what the statement asks for")
            .hint("what it says is the `detail` of this error"),
        "P0001" => new(ErrorKind::Data { column: None }, "a function or a trigger of the database refused the change")
            .hint("what it says is the `detail` of this error"),
        "55006" => new(ErrorKind::Usage, "something that others use cannot be changed now").hint("close their connections first"),
        "54000" | "54001" | "54011" | "54023" => new(ErrorKind::Unsupported, "the statement is larger than PostgreSQL can take"),
        _ if code.starts_with("XX") => {
            new(ErrorKind::Storage, &format!("the server has failed within (code {code})")).hint("look into the server's log")
        }
        _ => {
            let kind = if code.starts_with('P') { ErrorKind::Data { column: told.column().map(str::to_owned) } } else { ErrorKind::Syntax };
            new(kind, &format!("PostgreSQL could not carry the statement out (code {code})"))
                .hint("PostgreSQL's own words, which may quote a value, are the `detail` of this error")
        }
    }
}

/// What does not depend on the statement.
fn server(code: &str) -> Error {
    match code {
        "28P01" => {
            new(ErrorKind::Connect, "the server does not accept the password of this user").hint("check user and password of the URL")
        }
        _ if code.starts_with("28") => new(ErrorKind::Connect, "the server does not let this user in")
            .hint("check the user of the URL, and the server's `pg_hba.conf` for this user, database, address and `sslmode`"),
        "3D000" => new(ErrorKind::Connect, "the server has no database of this name")
            .hint("make it, for example by `createdb NAME`, or check the name at the end of the URL"),
        "57014" => new(ErrorKind::Cancelled, "the statement was stopped: somebody has cancelled it"),
        "57P03" => new(ErrorKind::Disconnected, "the server is starting up, or going down").hint("try again in a moment"),
        "53300" => new(ErrorKind::Connect, "the server has no connection left")
            .hint("make the pools smaller (`pool_size=N`), or raise `max_connections` of the server"),
        "53100" => new(ErrorKind::Storage, "the disk of the server is full").hint("free some space; nothing that was committed is lost"),
        _ if code.starts_with("53") => new(ErrorKind::Storage, "the server has no memory, disk or files left for the statement"),
        _ if code.starts_with("58") => new(ErrorKind::Storage, &format!("the system of the server could not read or write (code {code})"))
            .hint("look into the server's log"),
        _ => disconnected(),
    }
}

fn data(code: &str, told: &DbError) -> Error {
    let what = match code {
        "22001" => "a text is longer than its column allows",
        "22003" => "a number is out of range for its type",
        "22007" | "22008" => "a date or a time is none, or out of range",
        "22012" => "a division by zero",
        "22021" | "22P05" => "a text holds a character that the database does not keep",
        "22P02" | "22P03" | "22023" => "a value is not written as its type demands",
        "22030" | "22032" => "a JSON document is none",
        _ => "a value is not one that the statement can use",
    };
    let error = match told.column() {
        Some(column) => Error::data(column, format!("{what}: column `{column}`")),
        None => new(ErrorKind::Data { column: None }, what),
    };
    error.hint("PostgreSQL's own words, which may quote a value, are the `detail` of this error")
}

/// The first name in quotes: a table, a column, a function; never a value.
fn quoted(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once(['"', '«', '„', '“'])?;
    rest.split_once(['"', '»', '“', '”']).map(|(name, _)| name)
}

fn not_understood(code: &str, told: &DbError) -> Error {
    let name = quoted(told.message()).unwrap_or("?");
    match code {
        "42P01" => Error::new(ErrorKind::Syntax, format!("the database has no table `{name}`"))
            .hint("make it with `MetaData::create_all`, or check the URL's database and the `search_path`"),
        "42703" => {
            // `column "x" of relation "y" does not exist`, or `column a.x does not exist`.
            let plain = told.message().split(' ').nth(1).unwrap_or("?");
            let name = quoted(told.message()).unwrap_or(plain);
            Error::new(ErrorKind::Syntax, format!("the database has no column `{name}` in the table that the statement names"))
                .hint("look for a slip in its name; if the table is older than its declaration, add the column with ALTER TABLE")
        }
        "42883" => new(ErrorKind::Syntax, "the database has no function or operator for these types").hint(format!(
            "{SAYS}; a bound value gets the type that its place demands: write `CAST(:name AS BIGINT)` where that is another one"
        )),
        "42P18" | "42P08" | "42804" | "42846" => {
            new(ErrorKind::Syntax, "the types of the statement do not go together, or one cannot be told")
                .hint(format!("{SAYS}; write `CAST(:name AS BIGINT)`, say, to give a bound value its type"))
        }
        "42501" => new(ErrorKind::Syntax, "the user may not do what the statement asks for")
            .hint("GRANT the right to it, or connect as another user"),
        "42P07" | "42701" | "42710" | "42P06" | "42P04" | "42723" => {
            Error::new(ErrorKind::Syntax, format!("something of the name `{name}` is there already")).hint(SAYS)
        }
        "42601" if told.message().contains("multiple commands") => {
            new(ErrorKind::Syntax, "the text holds more than one statement").hint("run them one by one")
        }
        "26000" => new(ErrorKind::Syntax, "the server does not know the prepared statement any more")
            .hint("leave `DEALLOCATE` and `DISCARD` to the pool; behind a pooler such as pgbouncer, let it keep prepared statements"),
        _ => new(ErrorKind::Syntax, "PostgreSQL does not understand the statement").hint(SAYS),
    }
}

const SAYS: &str = "PostgreSQL's own words are the `detail` of this error";

fn constraint(code: &str, told: &DbError) -> Error {
    let name = told.constraint();
    let is_key = |name: &str| name.starts_with("pk_") || name.ends_with("_pkey");
    let kind = match code {
        "23505" if name.is_some_and(is_key) => Constraint::PrimaryKey,
        "23505" => Constraint::Unique,
        "23503" | "23001" => Constraint::ForeignKey,
        "23502" => Constraint::NotNull,
        "23514" => Constraint::Check,
        "23P01" => Constraint::Exclusion,
        _ => return new(ErrorKind::Data { column: None }, "a constraint of the database refuses the change"),
    };
    // The key that the detail names is then the one that others point at, and not theirs.
    let is_pointed_at = kind == Constraint::ForeignKey && told.detail().is_some_and(|detail| detail.contains("still referenced"));
    let columns = match (told.column(), told.detail()) {
        (Some(column), _) => vec![column.to_owned()],
        (None, Some(detail)) if !is_pointed_at => key_columns(detail),
        (None, _) => Vec::new(),
    };
    let (constraint, table) = (name.map(str::to_owned), told.table().map(str::to_owned));
    let error = Error::integrity(Integrity { kind, constraint, table, columns });
    match is_pointed_at {
        true => error.hint("other rows still point at what would be deleted or changed: delete them first, or let them point elsewhere"),
        false => error.hint(advice(kind)),
    }
}

/// The columns of `Key (a, lower(b))=(1, x) already exists.`; none of an index on expressions.
fn key_columns(detail: &str) -> Vec<String> {
    let Some((_, rest)) = detail.split_once('(') else { return Vec::new() };
    let Some((names, _values)) = rest.split_once(")=(") else { return Vec::new() };
    let unquoted = |name: &str| match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => name.to_owned(),
    };
    match names.contains('(') {
        true => Vec::new(),
        false => names.split(", ").map(unquoted).collect(),
    }
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
        Constraint::Exclusion => {
            "another row is in the way: look for it before inserting, or answer this error in an error handler, with 409 and a message"
        }
        _ => "the database refuses the value: check it before, or answer this error in an error handler",
    }
}
