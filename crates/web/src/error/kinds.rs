//! The errors that the web side makes itself, each with its status. An application may make them too
//! (`Err(NotFound::new("no such page"))?`) and handle them by type with `App::on_error`.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use http::{HeaderMap, Method, StatusCode};

use super::place::Place;

/// Nothing is at this address: status 404.
#[derive(Debug, Clone)]
pub struct NotFound {
    what: Cow<'static, str>,
}

impl NotFound {
    /// Makes one that says `what` is missing, as a whole sentence part: ``no person has the id `7` ``.
    pub fn new(what: impl Into<Cow<'static, str>>) -> Self {
        Self { what: what.into() }
    }
}

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

/// The address exists, but not with this method: status 405.
#[derive(Debug, Clone)]
pub struct MethodNotAllowed {
    method: Method,
    allow: String,
}

impl MethodNotAllowed {
    pub(crate) fn new(method: Method, allow: String) -> Self {
        Self { method, allow }
    }

    /// Returns the methods that are allowed, as the `Allow` header has them: `GET, HEAD, OPTIONS`.
    #[must_use]
    pub fn allow(&self) -> &str {
        &self.allow
    }
}

impl fmt::Display for MethodNotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not allowed here; allowed: {}", self.method, self.allow)
    }
}

/// The request cannot be understood: status 400.
#[derive(Debug, Clone)]
pub struct BadRequest {
    why: Cow<'static, str>,
}

impl BadRequest {
    /// Makes one that says what is wrong with the request.
    pub fn new(why: impl Into<Cow<'static, str>>) -> Self {
        Self { why: why.into() }
    }
}

impl fmt::Display for BadRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

/// The request's body is larger than `Limits::max_body`: status 413.
#[derive(Debug, Clone)]
pub struct PayloadTooLarge {
    pub(crate) limit: u64,
}

impl PayloadTooLarge {
    /// Returns the limit, in bytes.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.limit
    }
}

impl fmt::Display for PayloadTooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the request's body is larger than the limit of {} bytes", self.limit)
    }
}

/// The request's body did not arrive in the time that `Limits::body_timeout` gives it: status 408.
#[derive(Debug, Clone)]
pub struct BodyTimedOut {
    pub(crate) after: Duration,
}

impl fmt::Display for BodyTimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the request's body was not complete after {:?}", self.after)
    }
}

/// An extractor refused the request; the status is the one it answered with.
#[derive(Debug, Clone)]
pub struct Rejected {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Rejected {
    /// Returns the status that the extractor answered with.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the text that the extractor answered with, or nothing if it was longer than 16 KiB.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text.trim() {
            "" => write!(f, "an extractor refused the request with status {}", self.status),
            text => f.write_str(text),
        }
    }
}

/// A handler panicked: status 500.
#[derive(Debug, Clone)]
pub struct Panicked {
    pub(crate) message: String,
    /// Where, if this crate's panic hook was still in place.
    pub(crate) place: Option<Place>,
}

impl Panicked {
    /// Returns the panic's message, or a note that it had none.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the handler panicked: {}", self.message)
    }
}

/// A handler took longer than `Limits::handler_timeout`: status 503.
#[derive(Debug, Clone)]
pub struct TimedOut {
    pub(crate) after: Duration,
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the handler was not done after {:?}", self.after)
    }
}

/// The client went away and the handler was not done within `Limits::grace`, or the server had to stop: nobody
/// gets an answer, only the teardown hooks see this error.
#[derive(Debug, Clone)]
pub struct Abandoned;

impl fmt::Display for Abandoned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the client went away and the handler was not done in time")
    }
}

impl Error for NotFound {}
impl Error for MethodNotAllowed {}
impl Error for BadRequest {}
impl Error for PayloadTooLarge {}
impl Error for BodyTimedOut {}
impl Error for Rejected {}
impl Error for Panicked {}
impl Error for TimedOut {}
impl Error for Abandoned {}

/// Returns the status of an error of this crate, none for any other.
pub(crate) fn status_of(error: &(dyn Error + 'static)) -> Option<StatusCode> {
    if let Some(rejected) = error.downcast_ref::<Rejected>() {
        return Some(rejected.status);
    }
    let known = [
        (error.is::<NotFound>(), StatusCode::NOT_FOUND),
        (error.is::<MethodNotAllowed>(), StatusCode::METHOD_NOT_ALLOWED),
        (error.is::<BadRequest>(), StatusCode::BAD_REQUEST),
        (error.is::<PayloadTooLarge>(), StatusCode::PAYLOAD_TOO_LARGE),
        (error.is::<BodyTimedOut>(), StatusCode::REQUEST_TIMEOUT),
        (error.is::<TimedOut>(), StatusCode::SERVICE_UNAVAILABLE),
        (error.is::<Abandoned>(), StatusCode::SERVICE_UNAVAILABLE),
        (error.is::<Panicked>(), StatusCode::INTERNAL_SERVER_ERROR),
    ];
    known.into_iter().find(|(is, _)| *is).map(|(_, status)| status)
}
