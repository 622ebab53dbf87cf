//! `Pool`: lends connections. The last one back is the first one lent, so that few stay warm.

use std::sync::Arc;

use aludel_sql::{Error, ErrorKind, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::shelf::Shelf;
use super::slot::Slot;
use crate::holder::Owner;
use crate::port::{Driver, PoolOptions};

/// The connections of an engine.
pub(crate) struct Pool {
    driver: Arc<dyn Driver>,
    options: PoolOptions,
    places: Arc<Semaphore>,
    shelf: Arc<Shelf>,
}

/// Whether a connection is lent for one statement, or to somebody who keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lend {
    /// For one statement.
    Statement,
    /// Until its holder gives it back.
    Holder,
}

impl Pool {
    pub(crate) fn new(driver: Arc<dyn Driver>, options: PoolOptions) -> Self {
        Self { driver, options, places: Arc::new(Semaphore::new(options.size)), shelf: Arc::default() }
    }

    /// Lends a connection, or opens one.
    pub(crate) async fn lend(&self, lend: Lend) -> Result<Slot> {
        let place = match Arc::clone(&self.places).try_acquire_owned() {
            Ok(place) => place,
            Err(_) => self.wait().await?,
        };
        let (idle, holder) = self.shelf.take(lend == Lend::Holder);
        let slot = Slot::new(Arc::clone(&self.shelf), place, holder);
        match idle {
            Some(raw) => Ok(slot.with(raw)),
            None => Ok(slot.with(self.driver.connect().await?)),
        }
    }

    /// Lends an idle connection for one statement, if there is one and nobody waits.
    pub(crate) fn lend_idle(&self) -> Option<Slot> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let (idle, holder) = self.shelf.take(false);
        Some(Slot::new(Arc::clone(&self.shelf), place, holder).with(idle?))
    }

    async fn wait(&self) -> Result<OwnedSemaphorePermit> {
        self.refuse_own()?;
        match tokio::time::timeout(self.options.wait, Arc::clone(&self.places).acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) | Err(_) => Err(self.waited_in_vain()),
        }
    }

    /// Waiting could never end if every connection is held by the one who waits.
    fn refuse_own(&self) -> Result {
        let me = Owner::current();
        let state = self.shelf.lock();
        let all_mine = state.holders.len() == self.options.size && state.holders.iter().all(|(_, holder)| holder.owner.is(&me));
        match state.holders.first().filter(|_| all_mine) {
            None => Ok(()),
            Some((_, holder)) => Err(Error::new(
                ErrorKind::Deadlock,
                format!("every connection to `{}` is held by the same request or task that waits for one: {holder}", self.driver.name()),
            )
            .hint("run this statement through the session, transaction or connection that is held, or let go of it first")),
        }
    }

    #[cold]
    fn waited_in_vain(&self) -> Error {
        let state = self.shelf.lock();
        let holders: Vec<_> = state.holders.iter().map(|(_, holder)| holder.to_string()).collect();
        let who = if holders.is_empty() { "single statements".to_owned() } else { holders.join("; ") };
        let PoolOptions { size, wait, .. } = self.options;
        Error::new(
            ErrorKind::Timeout,
            format!("waited {} ms for one of the {size} connections to `{}`; held by: {who}", wait.as_millis(), self.driver.name()),
        )
        .hint("hold connections and transactions for a shorter time, or allow the pool more of them")
    }

    /// The number of connections that are idle, and that could be lent at once, opened or not.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.shelf.lock().idle.len(), self.places.available_permits())
    }
}
