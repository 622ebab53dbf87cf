//! `Lease`: the connection of a session's transaction, which can be taken away from outside: a session that was moved
//! into a task does not keep its transaction longer than the request that it belongs to.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aludel_engine::Connection;
use aludel_sql::{Error, Result};

/// The connection, if there is one. A session that only reads needs no place for it.
#[derive(Default)]
pub(super) struct Lease(Option<Arc<Mutex<Held>>>);

#[derive(Default)]
struct Held {
    /// In a box, since it goes in and out for each call.
    connection: Option<Box<Connection>>,
    /// Kept outside while a statement runs on the connection.
    has_written: bool,
    closed: bool,
}

/// How a transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Commit,
    Rollback,
}

impl Lease {
    /// Whether there is a connection.
    pub(super) fn is_held(&self) -> Result<bool> {
        let Some(held) = &self.0 else { return Ok(false) };
        let held = lock(held);
        if held.closed {
            return Err(closed());
        }
        Ok(held.connection.is_some())
    }

    /// Keeps a connection, which the caller has for one call, unless the session was closed while it was waited for.
    pub(super) fn keep(&mut self, connection: Connection) -> Result<Taken> {
        let home = self.home();
        match lock(home).closed {
            true => Err(closed()),
            false => Ok(Taken { connection: Some(Box::new(connection)), home: Arc::clone(home) }),
        }
    }

    /// Takes the connection out for one call, if there is one; it is put back at the end, unless the session was closed meanwhile.
    pub(super) fn take(&self) -> Result<Option<Taken>> {
        let Some(home) = &self.0 else { return Ok(None) };
        let mut held = lock(home);
        if held.closed {
            return Err(closed());
        }
        Ok(held.connection.take().map(|connection| Taken { connection: Some(connection), home: Arc::clone(home) }))
    }

    fn home(&mut self) -> &Arc<Mutex<Held>> {
        self.0.get_or_insert_default()
    }

    /// Ends the transaction and gives the connection back; without one there is nothing to do.
    pub(super) async fn end(&self, ending: Ending) -> Result {
        let Some(mut taken) = self.take()? else { return Ok(()) };
        let result = match ending {
            Ending::Commit => taken.commit().await,
            Ending::Rollback => taken.rollback().await,
        };
        taken.connection = None;
        result
    }

    pub(super) fn has_written(&self) -> bool {
        self.0.as_ref().is_some_and(|held| lock(held).has_written)
    }

    pub(super) fn closer(&mut self) -> Closer {
        Closer(Arc::clone(self.home()))
    }
}

fn lock(held: &Mutex<Held>) -> MutexGuard<'_, Held> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cold]
fn closed() -> Error {
    Error::usage("the session is closed: the request that it belongs to has ended")
        .hint("work that outlives the request needs a session of its own: `engine.session()`")
}

/// Ends a session from outside.
#[derive(Clone)]
pub struct Closer(Arc<Mutex<Held>>);

impl Closer {
    /// Rolls back what is open and refuses everything from now on.
    pub fn close(&self) {
        let connection = {
            let mut held = lock(&self.0);
            held.closed = true;
            held.has_written = false;
            held.connection.take()
        };
        // Outside of the lock: it rolls back.
        drop(connection);
    }
}

/// The connection, for one call.
pub(super) struct Taken {
    connection: Option<Box<Connection>>,
    home: Arc<Mutex<Held>>,
}

impl Deref for Taken {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("invariant: taken out only by `end` and `drop`")
    }
}

impl DerefMut for Taken {
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("invariant: taken out only by `end` and `drop`")
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let connection = self.connection.take();
        let mut held = lock(&self.home);
        held.has_written = connection.as_ref().is_some_and(|connection| connection.has_written());
        if held.closed {
            drop(held);
            return drop(connection);
        }
        // Where nothing has been written there is nothing to keep, least of all the place of the writer.
        held.connection = connection.filter(|connection| !connection.holds_nothing());
    }
}
