//! `Postgres`: the driver. From a URL to connections.

use std::fmt;
use std::sync::Arc;

use aludel_engine::{Driver, PoolOptions, RawConnection};
use aludel_sql::{BoxFuture, Dialect, Result};
use rustls::ClientConfig;

use crate::certificate::tls;
use crate::connection::Connection;
use crate::dial::dial;
use crate::url::{Location, Target};

/// A PostgreSQL database.
#[derive(Clone)]
pub struct Postgres {
    location: Location,
    name: Arc<str>,
    tls: Option<Arc<ClientConfig>>,
}

impl Postgres {
    /// Returns the driver of a database; nothing is opened yet.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](aludel_sql::ErrorKind::Config) if the root certificates that the location names cannot be read.
    pub fn new(location: Location) -> Result<Self> {
        let tls = tls(location.encryption, location.root_certificates.as_deref())?;
        Ok(Self { name: location.name().into(), location, tls })
    }

    /// Returns the driver of the database that a URL names, see [`Location::parse`].
    ///
    /// # Errors
    /// [`ErrorKind::Config`](aludel_sql::ErrorKind::Config) for a URL that is not one of a PostgreSQL database, and as [`new`](Self::new).
    pub fn from_url(url: &str) -> Result<Self> {
        Self::new(Location::parse(url)?)
    }

    async fn open(&self, location: &Location) -> Result<Box<dyn RawConnection>> {
        Ok(Box::new(Connection::new(dial(location, self.tls.as_ref()).await?)))
    }
}

impl Driver for Postgres {
    fn dialect(&self) -> &dyn Dialect {
        &aludel_sql::Postgres
    }

    fn pipelines(&self) -> bool {
        true
    }

    fn copies(&self) -> bool {
        true
    }

    fn follows(&self) -> bool {
        true
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn connect(&self) -> BoxFuture<'_, Result<Box<dyn RawConnection>>> {
        Box::pin(self.open(&self.location))
    }

    /// Whatever server the URL asks for, and for whom.
    fn connect_primary(&self) -> BoxFuture<'_, Result<Box<dyn RawConnection>>> {
        Box::pin(async move {
            let location = Location { target: Target::Primary, ..self.location.clone() };
            self.open(&location).await
        })
    }

    fn pool(&self) -> PoolOptions {
        let Location { pool_size, commit_tokens, .. } = self.location;
        let options = PoolOptions::default();
        let options = pool_size.map_or(options, |size| options.size(size));
        if commit_tokens { options.commit_tokens() } else { options }
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Postgres({})", self.name)
    }
}
