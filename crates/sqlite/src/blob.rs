//! `BlobPlace` and `Blob`: the bytes of one column of one row, a part at a time, without the rest in memory.
//!
//! Source: <https://www.sqlite.org/c3ref/blob_open.html>.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom, Write};

use aludel_engine::worker;
use aludel_sql::{Access, Answer, Error, ErrorKind, Result};

use crate::connection::Connection;
use crate::errors::from_rusqlite;

/// Where a blob is: in a column of the row with this `rowid`, which is the primary key where that is one integer.
///
/// A blob keeps its size: insert `zeroblob(n)` first, then write into it. Text can be read and written as its bytes too.
///
/// ```
/// use std::io::Write;
/// use aludel_engine::Engine;
/// use aludel_sql::{Result, raw};
/// use aludel_sqlite::{BlobPlace, Sqlite};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result {
/// let engine = Engine::on(Sqlite::from_url("sqlite://")?);
/// let mut connection = engine.connect().await?;
/// connection.execute(raw("CREATE TABLE files (id INTEGER PRIMARY KEY, content BLOB NOT NULL)")).await?;
/// connection.execute(raw("INSERT INTO files VALUES (7, zeroblob(10000000))")).await?;
///
/// let place = BlobPlace::new("files", "content", 7);
/// place.write(&mut connection, |blob| blob.write_at(9_999_990, b"the end")).await?;
/// let end = place.read(&mut connection, |blob| {
///     let mut bytes = [0; 7];
///     blob.read_at(9_999_990, &mut bytes)?;
///     Ok(bytes)
/// });
/// assert_eq!(&end.await?, b"the end");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobPlace {
    schema: Cow<'static, str>,
    table: Cow<'static, str>,
    column: Cow<'static, str>,
    rowid: i64,
}

impl BlobPlace {
    /// Returns the place of a blob.
    pub fn new(table: impl Into<Cow<'static, str>>, column: impl Into<Cow<'static, str>>, rowid: i64) -> Self {
        Self { schema: Cow::Borrowed("main"), table: table.into(), column: column.into(), rowid }
    }

    /// Says that the table stands in an [attached](crate::Sqlite::attach) database.
    #[must_use]
    pub fn in_schema(mut self, schema: impl Into<Cow<'static, str>>) -> Self {
        self.schema = schema.into();
        self
    }

    /// Opens the blob for reading on a connection or in a transaction, and calls `work` with it, inline. Within a transaction it sees what that has written.
    ///
    /// # Errors
    /// [`ErrorKind::NoRow`] if there is no such row, [`ErrorKind::Syntax`] if there is no such table or column,
    /// [`ErrorKind::Data`] for NULL and numbers; else what `work` returns.
    pub async fn read<T, F>(&self, connection: &mut (impl AsMut<aludel_engine::Connection> + Send + ?Sized), work: F) -> Result<T>
    where
        T: Unpin,
        F: FnOnce(&mut Blob<'_>) -> Result<T> + Send,
    {
        self.open(connection.as_mut(), Access::Read, work).await
    }

    /// Opens the blob for reading and writing, and calls `work` with it, inline. Outside of a transaction the writes are
    /// committed together at the end, also if `work` fails.
    ///
    /// # Errors
    /// As [`read`](BlobPlace::read); [`ErrorKind::Data`] for a column with an index or a foreign key on it.
    pub async fn write<T, F>(&self, connection: &mut (impl AsMut<aludel_engine::Connection> + Send + ?Sized), work: F) -> Result<T>
    where
        T: Unpin,
        F: FnOnce(&mut Blob<'_>) -> Result<T> + Send,
    {
        self.open(connection.as_mut(), Access::Write, work).await
    }

    async fn open<T, F>(&self, connection: &mut aludel_engine::Connection, access: Access, work: F) -> Result<T>
    where
        T: Unpin,
        F: FnOnce(&mut Blob<'_>) -> Result<T> + Send,
    {
        let done =
            connection.natively(access, move |raw: &mut Connection| Answer::ready(worker::blocking(|| self.with(raw, access, work))));
        done.await
    }

    fn with<T>(&self, raw: &mut Connection, access: Access, work: impl FnOnce(&mut Blob<'_>) -> Result<T>) -> Result<T> {
        let Self { schema, table, column, rowid } = self;
        let (result, closed) = {
            let opened = raw.native().blob_open(&**schema, &**table, &**column, *rowid, access == Access::Read);
            let mut blob = Blob(opened.map_err(|error| self.explain(&error))?);
            (work(&mut blob), blob.0.close().map_err(|error| from_rusqlite(&error)))
        };
        if access != Access::Read {
            raw.after_commit();
        }
        result.and_then(|done| closed.map(|()| done))
    }

    /// SQLite has one code for all; its words name tables, columns, keys and types.
    #[cold]
    fn explain(&self, error: &rusqlite::Error) -> Error {
        let plain = from_rusqlite(error);
        let Self { schema, table, column, rowid } = self;
        let words = plain.detail().unwrap_or_default();
        let has = |part: &str| words.contains(part);
        let explained = match () {
            () if has("no such rowid") => Error::new(ErrorKind::NoRow, format!("`{table}` has no row {rowid}")),
            () if has("no such table") => Error::new(ErrorKind::Syntax, format!("the database has no table `{schema}.{table}`")),
            () if has("no such column") => Error::new(ErrorKind::Syntax, format!("the table `{table}` has no column `{column}`")),
            () if has("cannot open value of type") => {
                Error::data(&**column, format!("`{table}.{column}` of row {rowid} holds {}", held(words)))
                    .hint("only bytes and text can be opened; update the row with `zeroblob(n)` first")
            }
            () if has("cannot open") => Error::data(&**column, format!("`{table}.{column}` cannot be opened: {words}")),
            () => return plain,
        };
        explained.with_detail(words)
    }
}

fn held(words: &str) -> &'static str {
    match words.rsplit(' ').next() {
        Some("null") => "NULL",
        Some("integer") => "an integer",
        _ => "a floating-point number",
    }
}

/// An open blob: the parts of it by their offset, or one after the other as [`Read`], [`Write`] and [`Seek`].
pub struct Blob<'b>(rusqlite::blob::Blob<'b>);

impl Blob<'_> {
    /// The number of bytes.
    pub fn len(&self) -> u64 {
        self.0.len() as u64
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Fills `bytes` with what begins at the offset.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] if the blob ends before that; [`ErrorKind::Storage`] if it cannot be read.
    pub fn read_at(&self, offset: u64, bytes: &mut [u8]) -> Result {
        let at = self.bounded(offset, bytes.len())?;
        self.0.read_at_exact(bytes, at).map_err(|error| from_rusqlite(&error))
    }

    /// Writes `bytes` from the offset on.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] if the blob ends before that; [`ErrorKind::ReadOnly`] if it was opened for reading.
    pub fn write_at(&mut self, offset: u64, bytes: &[u8]) -> Result {
        let at = self.bounded(offset, bytes.len())?;
        self.0.write_all_at(bytes, at).map_err(|error| from_rusqlite(&error))
    }

    fn bounded(&self, offset: u64, length: usize) -> Result<usize> {
        let end = offset.checked_add(length as u64).filter(|end| *end <= self.len());
        match (usize::try_from(offset), end) {
            (Ok(offset), Some(_within)) => Ok(offset),
            _ => Err(Error::usage(format!("{length} bytes from {offset} on are not within the {} bytes of the blob", self.len()))
                .hint("a blob keeps its size; update the row with `zeroblob(n)` for another one")),
        }
    }
}

impl Read for Blob<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.0.read(bytes)
    }
}

/// At the end of the blob nothing more is written.
impl Write for Blob<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Blob<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

impl fmt::Debug for Blob<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blob({} bytes)", self.len())
    }
}
