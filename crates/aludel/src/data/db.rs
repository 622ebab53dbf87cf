//! `Db`: a session to hold by value: the request's in a handler, one of its own in a test.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use aludel_orm::{Session, Tracked};
use aludel_sql::{Exec, Executor};

/// Where a lent session comes back to.
pub(crate) trait Home: Send + Sync {
    /// Takes it back.
    fn take_back(&self, session: Box<Session>);
}

/// A session. In a handler it is the request's: all that take it, one after the other, get the same session with the same
/// objects; it ends with the request, and what is not committed then is rolled back.
pub struct Db {
    /// Boxed, since it is moved from hand to hand, and a part of many futures.
    session: Option<Box<Session>>,
    home: Option<Arc<dyn Home>>,
}

impl Db {
    /// Holds a session of its own.
    pub fn new(session: Session) -> Self {
        Self { session: Some(Box::new(session)), home: None }
    }

    /// Lends a session; it is given back when this is dropped.
    pub(crate) fn lend(session: Box<Session>, home: Arc<dyn Home>) -> Self {
        Self { session: Some(session), home: Some(home) }
    }
}

impl Deref for Db {
    type Target = Session;

    fn deref(&self) -> &Session {
        self.session.as_deref().expect("invariant: taken out only by `drop`")
    }
}

impl DerefMut for Db {
    fn deref_mut(&mut self) -> &mut Session {
        self.session.as_deref_mut().expect("invariant: taken out only by `drop`")
    }
}

impl Drop for Db {
    fn drop(&mut self) {
        if let (Some(session), Some(home)) = (self.session.take(), self.home.take()) {
            home.take_back(session);
        }
    }
}

#[diagnostic::do_not_recommend]
impl Executor for &mut Db {
    type Mode = Tracked;

    fn by_ref(&mut self) -> Exec<'_, Tracked> {
        let session: &mut Session = self;
        Exec::new(session)
    }
}
