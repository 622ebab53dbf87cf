//! `MySql`: the driver. From a URL to connections.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aludel_engine::{Driver, PoolOptions, RawConnection};
use aludel_sql::{BoxFuture, Dialect, Error, ErrorKind, Result};
use mysql_async::SslOpts;

use crate::cancel::Cancels;
use crate::connection::Connection;
use crate::encryption::encryption;
use crate::errors::{connecting, is_unencrypted, protocol};
use crate::open::{open, options, set, settings};
use crate::url::{Location, Tls};
use crate::wire::{Panicked, Wire, unpanicked};

/// A database of a MySQL or MariaDB server.
///
/// Transactions have the server's default isolation, REPEATABLE READ, unless they ask for another. Statements such as CREATE
/// TABLE commit the transaction that they stand in, as the server has it; the next statement of the transaction is refused
/// then. A changed row counts as one also if it was as it is, as on other databases.
#[derive(Clone)]
pub struct MySql {
    location: Location,
    name: Arc<str>,
    /// Whether the server is known to encrypt nothing, and the URL does not demand it.
    plain: Arc<AtomicBool>,
}

impl MySql {
    /// Returns the driver of a database; nothing is connected yet.
    pub fn new(location: Location) -> Self {
        Self { name: location.name().into(), location, plain: Arc::default() }
    }

    /// Returns the driver of the database that a URL names, see [`Location::parse`].
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a URL that is not one of a MySQL or MariaDB database.
    pub fn from_url(url: &str) -> Result<Self> {
        Ok(Self::new(Location::parse(url)?))
    }

    async fn open(&self) -> Result<Connection> {
        let is_plain = self.location.tls == Tls::Disabled || self.location.socket.is_some() || self.plain.load(Ordering::Relaxed);
        let encryption = if is_plain { None } else { Some(encryption(&self.location).await?) };
        let opened = match self.open_as(encryption).await {
            Err(error) if self.location.tls == Tls::Preferred && is_unencrypted(&error) => {
                // A handshake that fails may do so once only.
                if matches!(error, mysql_async::Error::Driver(_)) {
                    self.plain.store(true, Ordering::Relaxed);
                }
                self.open_as(None).await
            }
            opened => opened,
        };
        opened.map_err(|error| connecting(&error, &self.location.server()))
    }

    async fn open_as(&self, encryption: Option<SslOpts>) -> mysql_async::Result<Connection> {
        let options = options(&self.location, encryption);
        let mut conn = open(options.clone()).await?;
        let setup: Arc<str> = settings(&self.location, conn.server_version()).into();
        set(&mut conn, &setup).await?;
        let cancels = Cancels::new(options, self.location.server(), self.location.connect_timeout, conn.id());
        Ok(Connection::new(Wire::new(conn), cancels, setup))
    }

    fn too_late(&self) -> Error {
        let (server, timeout) = (self.location.server(), self.location.connect_timeout.as_secs());
        Error::new(ErrorKind::Timeout, format!("`{server}` did not answer within {timeout} s"))
            .hint("check host and port in the URL, and whether the server is busy; `connect_timeout` in the URL allows it more time")
    }
}

impl Driver for MySql {
    fn dialect(&self) -> &dyn Dialect {
        &self.location.dialect
    }

    /// MariaDB tells it by its GTIDs.
    fn follows(&self) -> bool {
        self.location.dialect == aludel_sql::MySql::MariaDb
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn connect(&self) -> BoxFuture<'_, Result<Box<dyn RawConnection>>> {
        Box::pin(async move {
            let opening = tokio::time::timeout(self.location.connect_timeout, unpanicked(self.open()));
            match opening.await {
                Ok(Ok(opened)) => Ok(Box::new(opened?) as Box<dyn RawConnection>),
                Ok(Err(Panicked)) => Err(protocol()),
                Err(_elapsed) => Err(self.too_late()),
            }
        })
    }

    fn pool(&self) -> PoolOptions {
        let options = PoolOptions::default();
        let options = self.location.pool_size.map_or(options, |size| options.size(size));
        if self.location.commit_tokens { options.commit_tokens() } else { options }
    }
}

impl fmt::Debug for MySql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MySql({})", self.name)
    }
}
