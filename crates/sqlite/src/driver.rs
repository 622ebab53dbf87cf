//! `Sqlite`: the driver. From a URL to connections.

use std::fmt;
use std::sync::{Arc, OnceLock};

use aludel_engine::{Driver, PoolOptions, RawConnection, WriterQueue};
use aludel_sql::{BoxFuture, Dialect, Error, ErrorKind, Result};

use crate::connection::Connection;
use crate::database::Shared;
use crate::errors::from_rusqlite;
use crate::open::open;
use crate::url::Location;
use crate::watch;

/// A call that prepares each new connection.
type Configure = dyn Fn(&rusqlite::Connection) -> rusqlite::Result<()> + Send + Sync;

/// A SQLite database: a file, or one in memory, which lives as long as its engine and has one connection.
#[derive(Clone)]
pub struct Sqlite {
    location: Location,
    name: Arc<str>,
    shared: OnceLock<Arc<Shared>>,
    queue: OnceLock<Arc<WriterQueue>>,
    configure: Option<Arc<Configure>>,
}

impl Sqlite {
    /// Returns the driver of a database; nothing is opened yet.
    pub fn new(location: Location) -> Self {
        Self { name: location.name().into(), location, shared: OnceLock::new(), queue: OnceLock::new(), configure: None }
    }

    /// Returns the driver of the database that a URL names, see [`Location::parse`].
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a URL that is not one of a SQLite database.
    pub fn from_url(url: &str) -> Result<Self> {
        Ok(Self::new(Location::parse(url)?))
    }

    /// Calls `configure` with each new connection, for what this crate does not know: functions, collations, pragmas.
    /// It must leave the progress, busy and log handlers as they are.
    #[must_use]
    pub fn configure(mut self, configure: impl Fn(&rusqlite::Connection) -> rusqlite::Result<()> + Send + Sync + 'static) -> Self {
        self.configure = Some(Arc::new(configure));
        self
    }

    fn open(&self) -> Result<Connection> {
        let connection = open(&self.location)?;
        if let Some(configure) = &self.configure {
            configure(&connection).map_err(|error| from_rusqlite(&error))?;
        }
        let shared = self.location.path.as_ref().map(|path| Arc::clone(self.shared.get_or_init(|| Shared::of(path, &self.name))));
        Ok(Connection::new(connection, shared, &self.location))
    }
}

impl Driver for Sqlite {
    fn dialect(&self) -> &dyn Dialect {
        &aludel_sql::Sqlite
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
            let opening = tokio::task::spawn_blocking(move || this.open().map(|connection| (connection, this.shared)));
            let opened = opening.await.map_err(|error| Error::new(ErrorKind::Connect, "the database was not opened").caused_by(error))?;
            let (connection, shared) = opened?;
            if let Some(shared) = shared.into_inner() {
                self.shared.get_or_init(|| shared);
            }
            Ok(Box::new(connection) as Box<dyn RawConnection>)
        })
    }

    fn writers(&self) -> Option<Arc<WriterQueue>> {
        let shared = self.shared.get()?;
        Some(Arc::clone(self.queue.get_or_init(|| Arc::new(shared.queue().clone().waiting(watch::patience(&self.location))))))
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
