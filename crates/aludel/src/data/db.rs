//! `Db`: a session to hold by value: the request's in a handler, one of its own in a test.

use std::ops::{Deref, DerefMut};

use aludel_orm::{Session, Tracked};
use aludel_sql::{Exec, Executor};

/// Takes a lent session back.
pub(crate) type TakeBack = Box<dyn FnOnce(Box<Session>) + Send + Sync>;

/// A session. In a handler it is the request's: all that take it, one after the other, get the same session with the same
/// objects; it ends with the request, and what is not committed then is rolled back.
pub struct Db {
    /// Boxed, since it is moved from hand to hand, and a part of many futures.
    session: Option<Box<Session>>,
    back: Option<TakeBack>,
}

impl Db {
    /// Holds a session of its own.
    pub fn new(session: Session) -> Self {
        Self { session: Some(Box::new(session)), back: None }
    }

    /// Lends a session; it is given back when this is dropped.
    pub(crate) fn lend(session: Box<Session>, back: TakeBack) -> Self {
        Self { session: Some(session), back: Some(back) }
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
        if let (Some(session), Some(back)) = (self.session.take(), self.back.take()) {
            back(session);
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
