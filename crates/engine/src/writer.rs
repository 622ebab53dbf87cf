//! `WriterQueue`: one writer at a time per database within the process, first come first served.
//! For databases that take one writer at a time anyway: who waits here waits without a busy loop.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aludel_sql::{Error, ErrorKind, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::holder::{Holder, Owner};

/// The queue of a database.
#[derive(Debug)]
pub struct WriterQueue {
    database: String,
    place: Arc<Semaphore>,
    holder: Arc<Mutex<Option<Holder>>>,
    wait: Duration,
}

/// The writer's place; given back when it is dropped.
#[derive(Debug)]
pub struct Ticket {
    holder: Arc<Mutex<Option<Holder>>>,
    /// Since when it is held.
    pub(crate) since: Instant,
    _place: OwnedSemaphorePermit,
}

impl WriterQueue {
    /// Returns the queue of a database of this name, where nobody waits longer than `wait`.
    pub fn new(database: impl Into<String>, wait: Duration) -> Self {
        Self { database: database.into(), place: Arc::new(Semaphore::new(1)), holder: Arc::default(), wait }
    }

    /// Waits for the place.
    ///
    /// # Errors
    /// [`ErrorKind::Deadlock`] at once if the same request or task holds it already; [`ErrorKind::Timeout`] after
    /// the time that the queue allows. Both name the holder.
    pub async fn enter(&self, statement: Option<Arc<str>>) -> Result<Ticket> {
        if let Ok(place) = Arc::clone(&self.place).try_acquire_owned() {
            return Ok(self.ticket(place, statement));
        }
        self.refuse_own()?;
        match tokio::time::timeout(self.wait, Arc::clone(&self.place).acquire_owned()).await {
            Ok(Ok(place)) => Ok(self.ticket(place, statement)),
            Ok(Err(_)) | Err(_) => Err(self.waited_in_vain()),
        }
    }

    fn ticket(&self, place: OwnedSemaphorePermit, statement: Option<Arc<str>>) -> Ticket {
        let since = Instant::now();
        *self.lock() = Some(Holder::new(statement, since));
        Ticket { holder: Arc::clone(&self.holder), since, _place: place }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Holder>> {
        self.holder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refuse_own(&self) -> Result {
        let me = Owner::current();
        match self.lock().as_ref().filter(|holder| holder.owner.is(&me)) {
            None => Ok(()),
            Some(holder) => Err(Error::new(
                ErrorKind::Deadlock,
                format!("the place of the writer of `{}` is held by the same request or task that waits for it: {holder}", self.database),
            )
            .hint("commit or roll back the transaction that holds it first, or run this statement through the same session")),
        }
    }

    #[cold]
    fn waited_in_vain(&self) -> Error {
        let holder = self.lock().as_ref().map_or_else(|| "someone who has just left".to_owned(), Holder::to_string);
        Error::new(
            ErrorKind::Timeout,
            format!("waited {} ms for the place of the writer of `{}`; it is held by {holder}", self.wait.as_millis(), self.database),
        )
        .hint("keep transactions short: commit or roll back before you wait for anything else")
    }
}

impl Ticket {
    /// Notes by which statement its holder began to write.
    pub(crate) fn note(&self, statement: &Arc<str>) {
        if let Some(holder) = self.holder.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            holder.statement.get_or_insert_with(|| Arc::clone(statement));
        }
    }

    /// Notes that the place has passed to who is at work here and now.
    pub(crate) fn follow(&self) {
        if let Some(holder) = self.holder.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            holder.follow();
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        *self.holder.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
