//! `Sqlite`: the driver. From a URL to connections.

use std::cmp::Ordering;
use std::fmt;
use std::sync::{Arc, OnceLock};

use aludel_engine::{Driver, PoolOptions, RawConnection, WriterQueue};
use aludel_sql::{BoxFuture, Dialect, Error, ErrorKind, Result, Value};

use crate::attached::Attached;
use crate::connection::Connection;
use crate::database::Files;
use crate::errors::from_rusqlite;
use crate::functions::{Collation, Extensions, Function};
use crate::open::open;
use crate::url::Location;

/// A call that prepares each new connection.
type Configure = dyn Fn(&rusqlite::Connection) -> rusqlite::Result<()> + Send + Sync;

/// A SQLite database: a file, or one in memory, which lives as long as its engine and has one connection.
///
/// What a URL cannot say is said here, before the engine is made: [attached](Sqlite::attach) files, functions and orders of
/// texts of the program's own.
///
/// ```
/// use aludel_engine::Engine;
/// use aludel_sql::{Result, Value, raw};
/// use aludel_sqlite::Sqlite;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result {
/// let driver = Sqlite::from_url("sqlite://")?
///     .pure_function("initial", 1, |arguments| match arguments {
///         [Value::Text(text)] => Ok(text.chars().next().map_or(Value::Null, |first| Value::Text(first.to_string().into()))),
///         _ => Ok(Value::Null),
///     })
///     .collation("length", |a, b| a.len().cmp(&b.len()));
/// let engine = Engine::on(driver);
/// assert_eq!(raw("SELECT initial('bob')").one(&engine).await?.get::<String>(0), "b");
/// let words = raw("SELECT column1 FROM (VALUES ('aaa'), ('zz')) ORDER BY column1 COLLATE length").all(&engine).await?;
/// assert_eq!(words[0].get::<String>(0), "zz");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Sqlite {
    location: Location,
    name: Arc<str>,
    attached: Vec<Attached>,
    extensions: Extensions,
    files: OnceLock<Arc<Files>>,
    configure: Option<Arc<Configure>>,
}

impl Sqlite {
    /// Returns the driver of a database; nothing is opened yet.
    pub fn new(location: Location) -> Self {
        let name = location.name().into();
        Self { name, location, attached: Vec::new(), extensions: Extensions::default(), files: OnceLock::new(), configure: None }
    }

    /// Returns the driver of the database that a URL names, see [`Location::parse`].
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a URL that is not one of a SQLite database.
    pub fn from_url(url: &str) -> Result<Self> {
        Ok(Self::new(Location::parse(url)?))
    }

    /// Attaches a second database to every connection, as a schema of this name: its tables are those of
    /// [`Table::in_schema`](aludel_sql::Table::in_schema), `name.table` in raw SQL.
    ///
    /// Of its options those count that a file has for itself: `mode`, `synchronous`, `cache_size`, `mmap_size` and
    /// `secure_delete`. What SQLite does not do: foreign keys point at no other file, and a power cut in the middle of a commit
    /// to several files may keep it in some of them. A writer waits for its place in all files that are not opened for reading
    /// only, also if it writes one of them: a transaction locks them all.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a name that is taken, for more than ten databases, and for one in memory beside a file.
    pub fn attach(mut self, name: impl Into<String>, location: Location) -> Result<Self> {
        self.attached.push(Attached::new(name.into(), location, &self.location, &self.attached)?);
        Ok(self)
    }

    /// Gives SQL a function of this name and of so many arguments. One name may have several functions, of different numbers.
    ///
    /// It is called on the thread of the statement, once or more for each row, and must neither wait nor run statements. The
    /// arguments are `Null`, `Int`, `Float`, `Text` or `Bytes`; what it returns is kept as a bound value is. Its error is that
    /// of the statement, which also a panic ends.
    #[must_use]
    pub fn function<F>(self, name: &str, arity: usize, call: F) -> Self
    where
        F: Fn(&[Value<'_>]) -> Result<Value<'static>> + Send + Sync + 'static,
    {
        self.with_function(Function { name: name.into(), arity, is_pure: false, call: Arc::new(call) })
    }

    /// As [`function`](Sqlite::function), for one that returns the same for the same arguments, for ever: it may then be called
    /// less often, and stand in indexes, generated columns and conditions of partial indexes.
    #[must_use]
    pub fn pure_function<F>(self, name: &str, arity: usize, call: F) -> Self
    where
        F: Fn(&[Value<'_>]) -> Result<Value<'static>> + Send + Sync + 'static,
    {
        self.with_function(Function { name: name.into(), arity, is_pure: true, call: Arc::new(call) })
    }

    fn with_function(mut self, function: Function) -> Self {
        self.extensions.functions.push(function);
        self
    }

    /// Gives SQL an order of texts, for `COLLATE name` behind an expression or a column.
    ///
    /// It must be a total order, and must not change as long as an index uses it. A panic in it ends the statement with an
    /// error, and rolls the transaction back: where rows were put among the others is not known then.
    #[must_use]
    pub fn collation(mut self, name: &str, compare: impl Fn(&str, &str) -> Ordering + Send + Sync + 'static) -> Self {
        self.extensions.collations.push(Collation { name: name.into(), compare: Arc::new(compare) });
        self
    }

    /// Calls `configure` with each new connection: the way out for what this crate does not know, such as aggregate functions
    /// and virtual tables. The connection is rusqlite's, and changes with its versions. It must leave the progress, busy and
    /// log handlers as they are, and with collations the commit hook.
    #[must_use]
    pub fn configure(mut self, configure: impl Fn(&rusqlite::Connection) -> rusqlite::Result<()> + Send + Sync + 'static) -> Self {
        self.configure = Some(Arc::new(configure));
        self
    }

    /// Where the database is, and how it is opened.
    pub fn location(&self) -> &Location {
        &self.location
    }

    fn open(&self) -> Result<Connection> {
        let connection = self.open_as(&self.location)?;
        let files = match self.files.get() {
            Some(files) => files,
            None => {
                let files = Arc::new(Files::of(&self.location, &self.attached)?);
                self.files.get_or_init(|| files)
            }
        };
        Ok(Connection::new(connection, Arc::clone(files), &self.location))
    }

    /// A connection that is none of the pool's, with all that those have.
    pub(crate) fn open_beside(&self) -> Result<rusqlite::Connection> {
        let mut location = self.location.clone();
        location.must_exist = true;
        self.open_as(&location)
    }

    fn open_as(&self, location: &Location) -> Result<rusqlite::Connection> {
        let connection = open(location, &self.attached)?;
        self.extensions.install(&connection)?;
        if let Some(configure) = &self.configure {
            configure(&connection).map_err(|error| from_rusqlite(&error))?;
        }
        Ok(connection)
    }
}

impl Driver for Sqlite {
    fn dialect(&self) -> &dyn Dialect {
        if self.location.strict { &aludel_sql::StrictSqlite } else { &aludel_sql::Sqlite }
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn connect(&self) -> BoxFuture<'_, Result<Box<dyn RawConnection>>> {
        let this = self.clone();
        Box::pin(async move {
            let Some(_file) = &this.location.path else {
                return Ok(Box::new(this.open()?) as Box<dyn RawConnection>);
            };
            // Opening a file waits for the disk, and changes its journal mode where need be.
            let opening = tokio::task::spawn_blocking(move || this.open().map(|connection| (connection, this.files)));
            let opened = opening.await.map_err(|error| Error::new(ErrorKind::Connect, "the database was not opened").caused_by(error))?;
            let (connection, files) = opened?;
            if let Some(files) = files.into_inner() {
                self.files.get_or_init(|| files);
            }
            Ok(Box::new(connection) as Box<dyn RawConnection>)
        })
    }

    fn writers(&self) -> Option<Arc<WriterQueue>> {
        self.files.get()?.writers()
    }

    fn answers_reads_at_once(&self) -> bool {
        true
    }

    fn begins_at_first_write(&self) -> bool {
        true
    }

    fn is_remote(&self) -> bool {
        false
    }

    fn pool(&self) -> PoolOptions {
        match (&self.location.path, self.location.pool_size) {
            (None, _) => PoolOptions::default().size(1),
            (Some(_), Some(size)) => PoolOptions::default().size(size),
            (Some(_), None) => PoolOptions::default(),
        }
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sqlite({})", self.name)
    }
}
