//! `Pool`: lends connections. The last one back is the first one lent, so that few stay warm.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aludel_sql::{Error, ErrorKind, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{PoolOptions, Slot};
use crate::holder::{Holder, Owner};
use crate::port::{Driver, RawConnection};

/// The connections of an engine.
pub(crate) struct Pool {
    driver: Arc<dyn Driver>,
    options: PoolOptions,
    places: Arc<Semaphore>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    idle: Vec<Box<dyn RawConnection>>,
    /// Those who hold a connection across awaits. A single statement is none of them: it ends by itself.
    holders: Vec<(u64, Holder)>,
    next: u64,
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
        Self { driver, options, places: Arc::new(Semaphore::new(options.size)), state: Mutex::default() }
    }

    /// Lends a connection, or opens one.
    pub(crate) async fn lend(self: &Arc<Self>, lend: Lend) -> Result<Slot> {
        let place = match Arc::clone(&self.places).try_acquire_owned() {
            Ok(place) => place,
            Err(_) => self.wait().await?,
        };
        let (idle, holder) = self.take(lend);
        let slot = Slot::new(Arc::clone(self), place, holder);
        match idle {
            Some(raw) => Ok(slot.with(raw)),
            None => Ok(slot.with(self.driver.connect().await?)),
        }
    }

    fn take(&self, lend: Lend) -> (Option<Box<dyn RawConnection>>, Option<u64>) {
        let holder = (lend == Lend::Holder).then(|| Holder::new(None));
        let mut state = self.lock();
        let idle = state.idle.pop();
        let holder = holder.map(|holder| {
            state.next += 1;
            let id = state.next;
            state.holders.push((id, holder));
            id
        });
        (idle, holder)
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
        let state = self.lock();
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
        let state = self.lock();
        let holders: Vec<_> = state.holders.iter().map(|(_, holder)| holder.to_string()).collect();
        let who = if holders.is_empty() { "single statements".to_owned() } else { holders.join("; ") };
        let PoolOptions { size, wait, .. } = self.options;
        Error::new(
            ErrorKind::Timeout,
            format!("waited {} ms for one of the {size} connections to `{}`; held by: {who}", wait.as_millis(), self.driver.name()),
        )
        .hint("hold connections and transactions for a shorter time, or allow the pool more of them")
    }

    /// Notes by which statement a holder began to write.
    pub(crate) fn note(&self, id: u64, statement: &Arc<str>) {
        if let Some((_, holder)) = self.lock().holders.iter_mut().find(|(known, _)| *known == id) {
            holder.statement.get_or_insert_with(|| Arc::clone(statement));
        }
    }

    /// Forgets a holder, and takes its connection back if it is fit to be lent again.
    pub(super) fn give_back(&self, holder: Option<u64>, raw: Option<Box<dyn RawConnection>>) {
        let mut state = self.lock();
        if let Some(id) = holder {
            state.holders.retain(|(known, _)| *known != id);
        }
        state.idle.extend(raw);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of connections that are idle, and that could be lent at once, opened or not.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.lock().idle.len(), self.places.available_permits())
    }
}
