//! `WriterQueue`: one writer at a time per database within the process, first come first served.
//! For databases that take one writer at a time anyway: who waits here waits without a busy loop.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aludel_sql::{Error, ErrorKind, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::holder::{Holder, Owner};

/// The queue of a database. Clones are the same queue.
#[derive(Clone, Debug)]
pub struct WriterQueue {
    place: Place,
    /// The places of other databases that a writer of this one has too, entered after this one in this order.
    more: Vec<Place>,
    wait: Duration,
}

/// The one place of a database.
#[derive(Clone, Debug)]
struct Place {
    database: Arc<str>,
    free: Arc<Semaphore>,
    holder: Arc<Mutex<Option<Holder>>>,
}

/// The writer's place; given back when it is dropped.
#[derive(Debug)]
pub struct Ticket {
    /// Since when it is held.
    pub(crate) since: Instant,
    held: Held,
    more: Vec<Held>,
}

/// A place, held.
#[derive(Debug)]
struct Held {
    holder: Arc<Mutex<Option<Holder>>>,
    _place: OwnedSemaphorePermit,
}

impl WriterQueue {
    /// Returns the queue of a database of this name, where nobody waits longer than `wait`.
    pub fn new(database: impl Into<String>, wait: Duration) -> Self {
        let place = Place { database: database.into().into(), free: Arc::new(Semaphore::new(1)), holder: Arc::default() };
        Self { place, more: Vec::new(), wait }
    }

    /// The same queue, for one who waits no longer than `wait`.
    #[must_use]
    pub fn waiting(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// The queue of a writer that needs the places of several databases at once. All who do must name them in the same order,
    /// so that none waits for one that waits for it.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.more.push(other.place);
        self.more.extend(other.more);
        self
    }

    /// Waits for the place.
    ///
    /// # Errors
    /// [`ErrorKind::Deadlock`] at once if the same request or task holds it already; [`ErrorKind::Timeout`] after
    /// the time that the queue allows. Both name the holder.
    pub async fn enter(&self, statement: Option<Arc<str>>) -> Result<Ticket> {
        let held = match self.place.try_enter(&statement) {
            Some(held) => held,
            None => self.place.enter(&statement, self.wait).await?,
        };
        let mut more = Vec::new();
        for place in &self.more {
            let held = match place.try_enter(&statement) {
                Some(held) => held,
                None => place.enter(&statement, self.wait).await?,
            };
            more.push(held);
        }
        Ok(Ticket { since: Instant::now(), held, more })
    }
}

impl Place {
    fn try_enter(&self, statement: &Option<Arc<str>>) -> Option<Held> {
        let place = Arc::clone(&self.free).try_acquire_owned().ok()?;
        Some(self.held(place, statement))
    }

    async fn enter(&self, statement: &Option<Arc<str>>, wait: Duration) -> Result<Held> {
        self.refuse_own()?;
        match tokio::time::timeout(wait, Arc::clone(&self.free).acquire_owned()).await {
            Ok(Ok(place)) => Ok(self.held(place, statement)),
            Ok(Err(_)) | Err(_) => Err(self.waited_in_vain(wait)),
        }
    }

    fn held(&self, place: OwnedSemaphorePermit, statement: &Option<Arc<str>>) -> Held {
        *self.lock() = Some(Holder::new(statement.clone(), Instant::now()));
        Held { holder: Arc::clone(&self.holder), _place: place }
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
    fn waited_in_vain(&self, wait: Duration) -> Error {
        let holder = self.lock().as_ref().map_or_else(|| "someone who has just left".to_owned(), Holder::to_string);
        Error::new(
            ErrorKind::Timeout,
            format!("waited {} ms for the place of the writer of `{}`; it is held by {holder}", wait.as_millis(), self.database),
        )
        .hint("keep transactions short: commit or roll back before you wait for anything else")
    }
}

impl Ticket {
    /// Notes by which statement its holder began to write.
    pub(crate) fn note(&self, statement: &Arc<str>) {
        self.each(|holder| {
            holder.statement.get_or_insert_with(|| Arc::clone(statement));
        });
    }

    /// Notes that the place has passed to who is at work here and now.
    pub(crate) fn follow(&self) {
        self.each(Holder::follow);
    }

    fn each(&self, mut change: impl FnMut(&mut Holder)) {
        for held in std::iter::once(&self.held).chain(&self.more) {
            if let Some(holder) = held.holder.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
                change(holder);
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        *self.holder.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
