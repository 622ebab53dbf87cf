//! Opens a database: the file, the pragmas, the handlers; and says clearly why a file cannot be opened.

use std::path::Path;

use aludel_sql::{Error, ErrorKind, Result};
use rusqlite::{Connection, OpenFlags};

use crate::attached::{Attached, uri};
use crate::errors::from_rusqlite;
use crate::url::{Location, SecureDelete, Synchronous, TempStore};
use crate::watch::{self, Limits};

/// Reads and writes files, makes them, and reads their names as URIs.
const ALL: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_CREATE).union(OpenFlags::SQLITE_OPEN_URI);

/// Opens a connection, with what is attached to it.
pub(crate) fn open(location: &Location, attached: &[Attached]) -> Result<Connection> {
    let connection = match &location.path {
        None => Connection::open_in_memory_with_flags(OpenFlags::SQLITE_OPEN_NO_MUTEX | ALL).map_err(|error| from_rusqlite(&error))?,
        Some(path) => open_file(path, location, attached)?,
    };
    watch::install(&connection)?;
    watch::begin(Limits::of(location));
    configure(&connection, location).map_err(|error| explain(&error, location))?;
    attached.iter().try_for_each(|attached| attach(&connection, attached))?;
    Ok(connection)
}

fn attach(connection: &Connection, attached: &Attached) -> Result {
    refuse_device(&attached.location)?;
    let uri = uri(&attached.location)?;
    connection
        .execute("ATTACH ?1 AS ?2", [&uri, &attached.name])
        .and_then(|_none| configure_file(connection, &attached.name, &attached.location))
        .map_err(|error| explain(&error, &attached.location))
}

fn open_file(path: &Path, location: &Location, attached: &[Attached]) -> Result<Connection> {
    refuse_device(location)?;
    let opened = match attached {
        [] => {
            let writes = if location.read_only { OpenFlags::SQLITE_OPEN_READ_ONLY } else { OpenFlags::SQLITE_OPEN_READ_WRITE };
            let makes = if location.read_only || location.must_exist { OpenFlags::empty() } else { OpenFlags::SQLITE_OPEN_CREATE };
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_NO_MUTEX | writes | makes)
        }
        // What is attached may do no more than the connection: the flags allow all, and the names take away.
        _ => Connection::open_with_flags(uri(location)?, OpenFlags::SQLITE_OPEN_NO_MUTEX | ALL),
    };
    opened.map_err(|error| explain(&error, location))
}

/// SQLite opens them, and fails at some later statement with a bare number.
fn refuse_device(location: &Location) -> Result {
    let Some(path) = &location.path else { return Ok(()) };
    match path.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        false => Ok(()),
        true => Err(Error::new(ErrorKind::Connect, format!("`{}` is a device or a pipe, not a database file", location.name()))
            .hint("name a file, which will be made if it is missing; `sqlite://` is a database in memory")),
    }
}

/// The pragmas that every connection gets, where SQLite's own default is another one.
///
/// `foreign_keys` is off in SQLite unless one asks; WAL lets readers go on beside the writer.
fn configure(connection: &Connection, location: &Location) -> rusqlite::Result<()> {
    connection.pragma_update(None, "foreign_keys", location.foreign_keys)?;
    if location.temp_store == TempStore::Memory {
        connection.pragma_update(None, "temp_store", "MEMORY")?;
    }
    if location.recursive_triggers {
        connection.pragma_update(None, "recursive_triggers", true)?;
    }
    configure_file(connection, "main", location)
}

/// The pragmas that each file of a connection has for itself.
fn configure_file(connection: &Connection, schema: &str, location: &Location) -> rusqlite::Result<()> {
    let synchronous = match location.synchronous {
        Synchronous::Normal => "NORMAL",
        Synchronous::Full => "FULL",
    };
    connection.pragma_update(Some(schema), "synchronous", synchronous)?;
    if let Some(size) = location.cache_size {
        connection.pragma_update(Some(schema), "cache_size", size)?;
    }
    if location.mmap_size > 0 {
        connection.pragma_update(Some(schema), "mmap_size", i64::try_from(location.mmap_size).unwrap_or(i64::MAX))?;
    }
    match location.secure_delete {
        SecureDelete::Off => {}
        SecureDelete::On => connection.pragma_update(Some(schema), "secure_delete", "ON")?,
        SecureDelete::Fast => connection.pragma_update(Some(schema), "secure_delete", "FAST")?,
    }
    // Reads the file's header, so that a file which is no database is found out here.
    let mode: String = connection.pragma_query_value(Some(schema), "journal_mode", |row| row.get(0))?;
    if location.path.is_some() && !location.read_only && mode != "wal" {
        connection.pragma_update(Some(schema), "journal_mode", "WAL")?;
    }
    Ok(())
}

#[cold]
fn explain(error: &rusqlite::Error, location: &Location) -> Error {
    let plain = from_rusqlite(error);
    let Some(path) = &location.path else { return plain };
    let (name, folder) = (location.name(), path.parent().filter(|folder| !folder.as_os_str().is_empty()));
    let connect = |message: String| Error::new(ErrorKind::Connect, message);
    let missing = !path.exists();
    let explained = match (plain.kind(), folder) {
        _ if path.is_dir() => {
            connect(format!("`{name}` is a folder, not a database file")).hint("name a file in it, such as `database.db`")
        }
        _ if missing && (location.read_only || location.must_exist) => {
            connect(format!("there is no database file `{name}`, and the URL says that it must exist"))
                .hint("leave `mode` out of the URL to have it made")
        }
        (_, Some(folder)) if missing && !folder.is_dir() => {
            connect(format!("`{name}` cannot be made: there is no folder `{}`", folder.display()))
                .hint("make the folder first, or name another one")
        }
        _ if missing => connect(format!("`{name}` cannot be made")).hint("check that you may write in its folder"),
        (ErrorKind::Connect, _) if is_foreign(error) => connect(format!("`{name}` is no SQLite database"))
            .hint("it holds something else; name another file, which will be made if it is missing"),
        (ErrorKind::Connect, _) => {
            connect(format!("`{name}` cannot be opened")).hint("check the permissions of the file and of its folder")
        }
        (ErrorKind::ReadOnly, _) => Error::new(ErrorKind::ReadOnly, format!("`{name}` cannot be written"))
            .hint("check the permissions of the file and of its folder, or open it with `?mode=ro`"),
        _ => plain,
    };
    match location.other_reading() {
        Some(other) => explained.hint(format!(
            "there is a file `{}`: three slashes, `sqlite:///file.db`, make a relative path, four, `sqlite:////folder/file.db`, an absolute one",
            other.display()
        )),
        None => explained,
    }
}

fn is_foreign(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase)
}
