//! The request's session: made at its first taker, lent to one taker at a time, ended with the request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aludel_engine::{Running, Stop};
use aludel_orm::{Closer, Session};
use aludel_sql::{Error, ErrorKind, Result};
use aludel_web::http::request::Parts;
use aludel_web::{Ending, FromRequestParts, RequestInfo, Resource, Scope, StatusCode};

use super::State;
use crate::data::{Db, Home};

/// Opens a place for a session with each request.
pub(crate) struct Database(State);

/// The place for the session of a request.
pub(crate) struct RequestSession {
    state: State,
    /// The request, as the owner of what its statements hold.
    running: Running,
    place: Mutex<Place>,
}

#[derive(Default)]
struct Place {
    /// The session, while nobody has it.
    session: Option<Box<Session>>,
    /// Ends it, wherever it is.
    closer: Option<Closer>,
    lent: bool,
    ended: bool,
    outcome: Outcome,
}

/// What became of the request so far.
#[derive(Clone, Copy, Default, PartialEq)]
enum Outcome {
    /// Nothing yet: if it ends so, its handler was dropped.
    #[default]
    Open,
    /// An answer that is no error: what is not committed was forgotten.
    Succeeded,
    /// An error: what is not committed was not forgotten.
    Failed,
}

/// Notes that the request that runs here has failed, whatever the answer will look like.
pub(crate) fn request_failed() {
    // Outside of a request there is nothing to note.
    if let Some(session) = RequestSession::current() {
        session.lock().outcome = Outcome::Failed;
    }
}

impl RequestSession {
    /// That of the request that runs here.
    pub(super) fn current() -> Option<Arc<Self>> {
        RequestInfo::current_resource()
    }

    pub(super) fn state(&self) -> &State {
        &self.state
    }

    fn lock(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lends the session.
    fn take(self: &Arc<Self>) -> Result<Db> {
        let mut place = self.lock();
        if place.ended {
            return Err(Error::usage("the request whose session is asked for has ended"));
        }
        if place.lent {
            return Err(taken_twice());
        }
        let mut session = match place.session.take() {
            Some(session) => session,
            None => Box::new(self.state.engine()?.session()),
        };
        place.closer.get_or_insert_with(|| session.closer());
        place.lent = true;
        Ok(Db::lend(session, Arc::clone(self) as _))
    }
}

impl AsRef<Running> for RequestSession {
    fn as_ref(&self) -> &Running {
        &self.running
    }
}

impl Home for RequestSession {
    fn take_back(&self, session: Box<Session>) {
        {
            let mut place = self.lock();
            place.lent = false;
            if !place.ended {
                place.session = Some(session);
                return;
            }
        }
        // After the request it is closed already, and that was told.
        session.discard();
    }
}

impl Resource for RequestSession {
    fn around(self: Arc<Self>, step: &mut dyn FnMut()) {
        Running::within(self, step);
    }

    /// Whoever still has the session cannot use it any more.
    fn end(&self, answer: Option<StatusCode>) {
        self.running.end();
        let (session, closer, lent, outcome) = {
            let mut place = self.lock();
            place.ended = true;
            if let (Outcome::Open, Some(status)) = (place.outcome, answer) {
                let failed = status.is_client_error() || status.is_server_error();
                place.outcome = if failed { Outcome::Failed } else { Outcome::Succeeded };
            }
            (place.session.take(), place.closer.take(), place.lent, place.outcome)
        };
        match (session, outcome) {
            (Some(session), Outcome::Succeeded) => drop(session),
            (Some(session), Outcome::Open | Outcome::Failed) => session.discard(),
            (None, _) => {}
        }
        if lent {
            tracing::warn!(target: "aludel::session", "{} ended while its `Db` was moved into a body or a task; the session is closed and rolled back", name());
        }
        if let Some(closer) = closer {
            closer.close();
        }
    }
}

/// The handler and the request, for messages.
fn name() -> String {
    describe().unwrap_or_else(|| "a request".to_owned())
}

/// Whether a statement of the request is to end.
fn stop() -> Option<Stop> {
    Some(match RequestInfo::current()?.ending()? {
        Ending::Timeout => Stop::Deadline,
        Ending::Shutdown => Stop::Cancelled,
    })
}

/// ``handler `add` (POST)``. Not the path: what stands in it are values, which no message may show.
fn describe() -> Option<String> {
    let info = RequestInfo::current()?;
    Some(match info.endpoint() {
        Some(endpoint) => format!("handler `{endpoint}` ({})", info.method()),
        None => format!("request {} ({})", info.id(), info.method()),
    })
}

#[cold]
fn taken_twice() -> Error {
    let message = format!(
        "the session of the request is taken twice at a time by {}: by one `Db` argument, or an extractor that keeps it, and by another",
        name()
    );
    Error::new(ErrorKind::Deadlock, message)
        .hint("take one `Db`, and hand `&mut db` to whoever needs it; waiting for the second could never end")
}

impl Database {
    pub(crate) fn new(state: State) -> Self {
        Self(state)
    }
}

impl Scope for Database {
    fn open(&self) -> Arc<dyn Resource> {
        let running = Running::new(aludel_engine::Scope { describe, stop });
        Arc::new(RequestSession { state: self.0.clone(), running, place: Mutex::default() })
    }
}

impl FromRequestParts<State> for Db {
    type Rejection = crate::error::Error;

    async fn from_request_parts(_parts: &mut Parts, state: &State) -> Result<Self, Self::Rejection> {
        let db = match RequestSession::current() {
            Some(session) => session.take(),
            None => state.engine().map(|engine| Db::new(engine.session())),
        };
        db.map_err(crate::error::Error::unplaced)
    }
}
