//! From a request to a response: the route, the handler, and for a failure the error handlers or the page.

use std::future::ready;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use axum_core::body::Body;
use http::header::{ALLOW, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderValue, StatusCode};
use http_body::Body as _;

use crate::error::{Failure, MethodNotAllowed, NotFound, Rejected, TimedOut};
use crate::message::{Request, Response};
use crate::pages::{self, Case, Visitor};
use crate::request::RequestInfo;
use crate::respond;
use crate::route::{Answer, Found, PathParams};

use super::guard::guarded;
use super::report::Report;
use super::shared::Shared;

/// Left in the response's extensions for the teardown hooks: the error that no error handler handled.
#[derive(Clone)]
pub(super) struct Unhandled(pub(super) Arc<Failure>);

/// What answering needs to know of a request whose parts the handler takes away.
pub(super) struct Asked {
    pub(super) info: RequestInfo,
    pub(super) visitor: Visitor,
}

impl Asked {
    /// Hands it over, but for the facts, which stay here as well.
    pub(super) fn take(&mut self) -> Self {
        Self { info: self.info.clone(), visitor: mem::take(&mut self.visitor) }
    }
}

/// Finds what a request leads to. No code of the application runs here: a handler begins when it is first polled.
///
/// # Errors
/// The failure to answer with, if no handler is to run.
pub(super) fn dispatch(shared: &Shared, mut request: Request, info: &RequestInfo) -> Result<Answer, Failure> {
    if !shared.extensions.is_empty() {
        request.extensions_mut().extend(shared.extensions.clone());
    }
    match shared.site.table.find(request.method(), request.uri()) {
        Found::Route { number, route, rule, values } => {
            info.set_route(number);
            if !values.is_empty() {
                request.extensions_mut().insert(PathParams::new(rule.clone(), values));
            }
            let work = route.call(request);
            Ok(match shared.limits.handler_timeout {
                None => work,
                Some(after) => Box::pin(in_time(work, after)),
            })
        }
        Found::Redirect(to) => Ok(at_once(respond::moved(StatusCode::PERMANENT_REDIRECT, &to))),
        Found::Options(allow) => Ok(at_once(options(&allow))),
        Found::NotAllowed(allow) => Err(unplaced(MethodNotAllowed::new(info.method().clone(), allow))),
        Found::Nothing => Err(unplaced(NotFound::new(format!("nothing is at `{}`", info.path())))),
    }
}

fn at_once(response: Response) -> Answer {
    Box::pin(ready(Ok(response)))
}

async fn in_time(work: Answer, after: Duration) -> Result<Response, Failure> {
    tokio::time::timeout(after, work).await.unwrap_or_else(|_| Err(unplaced(TimedOut { after })))
}

/// Answers a failure by the error handler for its type, else by a page.
pub(super) async fn recover(shared: Arc<Shared>, failure: Failure, asked: Asked) -> Response {
    // Extractors make a 400 of whatever reading the body gave them; the body itself knows better.
    let failure = match asked.info.fault() {
        Some(fault) if failure.is::<Rejected>() => fault,
        _ => failure,
    };
    let report = Report::new(&shared.explainers, &failure);
    let own_status = failure.own_status();
    let allow = failure.downcast_ref().and_then(|error: &MethodNotAllowed| HeaderValue::try_from(error.allow()).ok());
    match handled(&shared, failure).await {
        Ok(mut response) => {
            // A handler that only draws a page for a missing address should not have to say 404 as well.
            if let (StatusCode::OK, Some(status)) = (response.status(), own_status) {
                *response.status_mut() = status;
            }
            if let (StatusCode::METHOD_NOT_ALLOWED, Some(allow)) = (response.status(), allow) {
                response.headers_mut().entry(ALLOW).or_insert(allow);
            }
            if response.status().is_server_error() {
                report.log(&asked.info);
            }
            response
        }
        Err(failure) => page(&shared, failure, &asked),
    }
}

/// Lets the error handler registered last for the error's type answer.
///
/// # Errors
/// The failure, if nobody handles its type or its handler declined it; the handler's own as a 500, if it failed or panicked.
async fn handled(shared: &Shared, mut failure: Failure) -> Result<Response, Failure> {
    for handler in shared.error_handlers.iter().rev() {
        match handler(failure) {
            Ok(handling) => return guarded(handling).await.unwrap_or_else(|panicked| Err(unplaced(panicked))),
            Err(back) => failure = back,
        }
    }
    Err(failure)
}

fn page(shared: &Shared, failure: Failure, asked: &Asked) -> Response {
    let Asked { info, visitor } = asked;
    let case = Case { info, visitor, table: &shared.site.table, explainers: &shared.explainers };
    let mut response = pages::answer(&failure, &case);
    if failure.status().is_server_error() {
        unhandled(shared, &mut response, failure, info);
    }
    response
}

/// Logs an error, once, and leaves it for the teardown hooks.
pub(super) fn unhandled(shared: &Shared, response: &mut Response, failure: Failure, info: &RequestInfo) {
    Report::new(&shared.explainers, &failure).log(info);
    response.extensions_mut().insert(Unhandled(Arc::new(failure)));
}

/// Makes a failure that no line of the application is to blame for.
pub(super) fn unplaced(error: impl std::error::Error + Send + Sync + 'static) -> Failure {
    Failure::new(Box::new(error), None)
}

fn options(allow: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    if let Ok(allow) = HeaderValue::try_from(allow) {
        response.headers_mut().insert(ALLOW, allow);
    }
    response
}

/// Answers `HEAD` by what `GET` would have: the same headers with the body's length, and no body.
pub(super) fn without_body(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let framed = parts.headers.contains_key(CONTENT_LENGTH) || parts.headers.contains_key(TRANSFER_ENCODING);
    if let (false, Some(length)) = (framed, body.size_hint().exact()) {
        parts.headers.insert(CONTENT_LENGTH, length.into());
    }
    Response::from_parts(parts, Body::empty())
}
