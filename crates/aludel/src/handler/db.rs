//! The request's session: made at its first taker, lent to one taker at a time, ended with the request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aludel_orm::{Closer, Session};
use aludel_web::http::request::Parts;
use aludel_web::{BoxFuture, FromRequestParts, RequestInfo, Resource, Response, Scope};

use super::State;
use crate::data::Db;
use crate::error::{Error, Result};

/// Opens a place for a session with each request.
pub(crate) struct Database;

/// The place for the session of a request.
#[derive(Clone, Default)]
pub(crate) struct RequestSession(Arc<Mutex<Place>>);

#[derive(Default)]
struct Place {
    /// The session, while nobody has it.
    session: Option<Session>,
    /// Ends it, wherever it is.
    closer: Option<Closer>,
    lent: bool,
    ended: bool,
    failed: bool,
}

impl RequestSession {
    fn lock(&self) -> MutexGuard<'_, Place> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lends the session.
    fn take(&self, state: &State) -> Result<Db> {
        let mut place = self.lock();
        if place.ended {
            return Err(aludel_sql::Error::usage("the request whose session is asked for has ended").into());
        }
        if place.lent {
            return Err(taken_twice().into());
        }
        let session = match place.session.take() {
            Some(session) => session,
            None => state.engine()?.session(),
        };
        place.closer.get_or_insert_with(|| session.closer());
        place.lent = true;
        let home = self.clone();
        Ok(Db::lend(session, Box::new(move |session| home.give_back(session))))
    }

    fn give_back(&self, session: Session) {
        let mut place = self.lock();
        place.lent = false;
        match (place.ended, place.failed) {
            (false, _) => place.session = Some(session),
            // After the request the session is ended where it is; its warning has been given.
            (true, _) => session.discard(),
        }
    }

    /// Ends the session. Whoever still has it cannot use it any more.
    fn end(&self) {
        let (session, closer, lent, failed) = {
            let mut place = self.lock();
            place.ended = true;
            (place.session.take(), place.closer.take(), place.lent, place.failed)
        };
        match session {
            // What an error left undone was not forgotten.
            Some(session) if failed => session.discard(),
            Some(session) => drop(session),
            None => {}
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

pub(crate) fn describe() -> Option<String> {
    let info = RequestInfo::current()?;
    Some(match info.endpoint() {
        Some(endpoint) => format!("handler `{endpoint}` ({} {})", info.method(), info.path()),
        None => format!("{} {}", info.method(), info.path()),
    })
}

#[cold]
fn taken_twice() -> aludel_sql::Error {
    let message = format!(
        "the session of the request is taken twice at a time by {}: by one `Db` argument, or an extractor that keeps it, and by another",
        name()
    );
    aludel_sql::Error::new(aludel_sql::ErrorKind::Deadlock, message)
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
        Box::pin(aludel_engine::scope(describe, async move {
            let response = answer.await;
            let status = response.status();
            place.lock().failed = status.is_client_error() || status.is_server_error();
            response
        }))
    }

    fn resolve(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async move { self.0.end() })
    }
}

impl FromRequestParts<State> for Db {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self> {
        match parts.extensions.get::<RequestSession>() {
            Some(place) => place.take(state),
            None => Ok(Db::new(state.engine()?.session())),
        }
    }
}
