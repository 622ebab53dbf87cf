//! The session itself: objects in, changes out, a transaction around.

use std::ops::{Index, IndexMut};
use std::sync::atomic::{AtomicU32, Ordering};

use aludel_engine::{Engine, Owner};
use aludel_sql::{Model, Obj, Result};

use super::changes;
use super::lease::{Closer, Lease};
use super::levels::Nested;
use crate::arena::Arenas;
use crate::flush::has_changes;

/// What is said to one who meets a panic.
const TRY_REF: &str = "`try_ref` returns this as an error instead of a panic";

/// A session: it owns the objects that are loaded or added, finds out what changed, and writes it in one transaction.
///
/// `db[obj]` reads an object, `db[obj].field = ..` changes it. Nothing is written before a flush, nothing is kept
/// without a commit: a session that is dropped rolls back, and logs a warning if something is lost by it.
pub struct Session {
    pub(super) engine: Engine,
    pub(super) arenas: Arenas,
    /// Held from the first write, or on some databases from the first statement, to the end of the transaction.
    pub(super) lease: Lease,
    pub(super) nested: Nested,
    number: u32,
    owner: Owner,
    pub(super) autoflush: bool,
    /// A flush has begun and not ended: its future was dropped, if this is still set at the next call.
    pub(super) flushing: bool,
    /// A flush has failed, or no connection was to be had, and nothing was added, changed or deleted since: who called has the error.
    pub(super) failed: bool,
}

impl Session {
    /// Returns a session on this engine. It opens no connection until it needs one.
    pub fn new(engine: &Engine) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self {
            engine: engine.clone(),
            arenas: Arenas::new(number),
            lease: Lease::default(),
            nested: Nested::default(),
            number,
            owner: Owner::current(),
            autoflush: true,
            flushing: false,
            failed: false,
        }
    }

    /// Takes an object in, as one that has no row yet; the next flush inserts it.
    pub fn add<M: Model>(&mut self, model: M) -> Obj<M> {
        self.edit();
        self.arenas.of_mut::<M>().add(model)
    }

    /// Marks an object for deletion: the next flush deletes its row. One that has no row yet is gone at once.
    ///
    /// # Panics
    /// As `db[obj]`.
    #[track_caller]
    pub fn delete<M: Model>(&mut self, obj: Obj<M>) {
        self.edit();
        let _there: &M = &self[obj];
        self.arenas.of_mut::<M>().delete(obj.target().slot);
    }

    /// The object of a handle, where `db[obj]` would panic.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](aludel_sql::ErrorKind::Usage) for a handle of another session, or of an object that is gone.
    pub fn try_ref<M: Model>(&self, obj: Obj<M>) -> Result<&M> {
        self.arenas.get(obj)
    }

    /// Whether anything was added, changed or deleted that is not committed. An object that was changed, and changed
    /// back, is not.
    pub fn has_changes(&self) -> bool {
        has_changes(&self.arenas) || self.lease.has_written()
    }

    /// Whether queries flush first what they would not see otherwise; they do unless this is set to `false`.
    pub fn set_autoflush(&mut self, autoflush: bool) {
        self.autoflush = autoflush;
    }

    /// The engine that the session is on.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Something is about to be added, changed or deleted.
    fn edit(&mut self) {
        self.failed = false;
        self.tend();
    }

    /// Ends the session in silence, as after an error: what is not committed is rolled back without a warning.
    pub fn discard(mut self) {
        self.arenas = Arenas::new(self.number);
        self.closer().close();
    }

    /// What can end the session's transaction from elsewhere, wherever the session is by then.
    pub fn closer(&mut self) -> Closer {
        self.lease.closer()
    }
}

/// What is lost by a drop is told, once. A panic has told already why, and so has the error of what failed before it.
impl Drop for Session {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        self.tend();
        if self.failed || !self.has_changes() {
            return;
        }
        let lost = changes::lost(&self.arenas);
        tracing::warn!(target: "aludel::session", "a session of {} ended without commit or rollback: {lost} lost", self.owner.name());
    }
}

/// # Panics
/// For a handle of another session, and for one of an object that is gone; [`try_ref`](Session::try_ref) returns an error.
impl<M: Model> Index<Obj<M>> for Session {
    type Output = M;

    #[track_caller]
    #[allow(clippy::panic, reason = "an index documents its panic; `try_ref` is the form that returns an error")]
    fn index(&self, obj: Obj<M>) -> &M {
        match self.try_ref(obj) {
            Ok(object) => object,
            Err(error) => panic!("{:?}", error.hint_if_none(TRY_REF)),
        }
    }
}

/// Remembers the row first, so that the flush finds out what changed.
///
/// # Panics
/// As [`index`](Session::index).
impl<M: Model> IndexMut<Obj<M>> for Session {
    #[track_caller]
    #[allow(clippy::panic, reason = "as for `index`")]
    fn index_mut(&mut self, obj: Obj<M>) -> &mut M {
        self.edit();
        match self.arenas.of_mut::<M>().get_mut(obj) {
            Ok(object) => object,
            Err(error) => panic!("{:?}", error.hint_if_none(TRY_REF)),
        }
    }
}
