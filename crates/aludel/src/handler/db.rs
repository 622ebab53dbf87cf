//! The request's session: made at its first taker, lent to one taker at a time, ended with the request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aludel_engine::Stop;
use aludel_orm::{Closer, Session};
use aludel_sql::{Error, ErrorKind, Result};
use aludel_web::http::request::Parts;
use aludel_web::{BoxFuture, Ending, FromRequestParts, RequestInfo, Resource, Response, Scope, StatusCode};

use super::State;
use crate::data::Db;

/// Opens a place for a session with each request.
pub(crate) struct Database;

/// The place for the session of a request.
#[derive(Clone, Default)]
pub(crate) struct RequestSession(Arc<Mutex<Place>>);

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

tokio::task_local! {
    static CURRENT: RequestSession;
}

/// Notes that the request that runs here has failed, whatever the answer will look like.
pub(crate) fn request_failed() {
    // Outside of a request there is nothing to note.
    let _outside = CURRENT.try_with(|place| place.lock().outcome = Outcome::Failed);
}

impl RequestSession {
    fn lock(&self) -> MutexGuard<'_, Place> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lends the session.
    fn take(&self, state: &State) -> Result<Db> {
        let mut place = self.lock();
        if place.ended {
            return Err(Error::usage("the request whose session is asked for has ended"));
        }
        if place.lent {
            return Err(taken_twice());
        }
        let session = match place.session.take() {
            Some(session) => session,
            None => Box::new(state.engine()?.session()),
        };
        place.closer.get_or_insert_with(|| session.closer());
        place.lent = true;
        let home = self.clone();
        Ok(Db::lend(session, Box::new(move |session| home.give_back(session))))
    }

    fn give_back(&self, session: Box<Session>) {
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

    /// Notes how the request was answered.
    fn answered(&self, status: StatusCode) {
        let mut place = self.lock();
        if place.outcome == Outcome::Open {
            let failed = status.is_client_error() || status.is_server_error();
            place.outcome = if failed { Outcome::Failed } else { Outcome::Succeeded };
        }
    }

    /// Ends the session. Whoever still has it cannot use it any more.
    fn end(&self) {
        let (session, closer, lent, outcome) = {
            let mut place = self.lock();
            place.ended = true;
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

impl Scope for Database {
    fn open(&self, parts: &mut Parts) -> Box<dyn Resource> {
        let place = RequestSession::default();
        parts.extensions.insert(place.clone());
        Box::new(Opened(place))
    }
}

struct Opened(RequestSession);

impl Resource for Opened {
    fn around(&mut self, answer: BoxFuture<'static, Response>) -> BoxFuture<'static, Response> {
        let place = self.0.clone();
        let answering = async move {
            let response = answer.await;
            CURRENT.with(|place| place.answered(response.status()));
            response
        };
        Box::pin(CURRENT.scope(place, aludel_engine::scope(aludel_engine::Scope { describe, stop }, answering)))
    }

    fn resolve(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async move { self.0.end() })
    }
}

impl FromRequestParts<State> for Db {
    type Rejection = crate::error::Error;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Self::Rejection> {
        let db = match parts.extensions.get::<RequestSession>() {
            Some(place) => place.take(state),
            None => state.engine().map(|engine| Db::new(engine.session())),
        };
        db.map_err(crate::error::Error::unplaced)
    }
}
