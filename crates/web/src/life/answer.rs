//! From a request to a response: the route, the handler, and for a failure the error handlers or the page.

use std::sync::Arc;
use std::time::Duration;

use axum_core::body::Body;
use http::header::{ALLOW, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderValue, Method, StatusCode};
use http_body::Body as _;

use crate::error::{Failure, MethodNotAllowed, NotFound, Rejected, TimedOut};
use crate::message::{BoxFuture, Request, Response};
use crate::pages::{self, Case, Visitor};
use crate::request::RequestInfo;
use crate::respond;
use crate::route::{Found, PathParams};

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

/// What a request leads to.
pub(super) enum Task {
    /// A handler's work, not begun.
    Work(BoxFuture<'static, Result<Response, Failure>>),
    /// An answer that needs no handler; boxed, since it is rare and large.
    Done(Box<Response>),
}

/// Finds what a request leads to. No code of the application runs here: a handler begins when it is first polled.
pub(super) fn dispatch(shared: &Shared, mut request: Request, info: &RequestInfo) -> Result<Task, Failure> {
    match shared.site.table.find(request.method(), request.uri()) {
        Found::Route { route, rule, values } => {
            info.set_endpoint(route.endpoint_name());
            if !values.is_empty() {
                request.extensions_mut().insert(PathParams::new(rule.clone(), values));
            }
            Ok(Task::Work(route.call(request)))
        }
        Found::Redirect(to) => Ok(Task::Done(Box::new(respond::moved(StatusCode::PERMANENT_REDIRECT, &to)))),
        Found::Options(allow) => Ok(Task::Done(Box::new(options(&allow)))),
        Found::NotAllowed(allow) => Err(unplaced(MethodNotAllowed::new(info.method().clone(), allow))),
        Found::Nothing => Err(unplaced(NotFound::new(format!("nothing is at `{}`", info.path())))),
    }
}

/// Answers what a request leads to, or the failure that was found before.
///
/// One of these futures is allocated for each request: what only some need is boxed within it.
pub(super) async fn answer(shared: Arc<Shared>, task: Result<Task, Failure>, asked: Asked) -> Response {
    let outcome = match task {
        Ok(Task::Work(work)) => match shared.limits.handler_timeout {
            None => finished(work).await,
            Some(after) => Box::pin(finished_in_time(work, after)).await,
        },
        Ok(Task::Done(response)) => Ok(*response),
        Err(failure) => Err(failure),
    };
    asked.info.set_handled();
    let response = match outcome {
        Ok(response) => response,
        Err(failure) => Box::pin(recover(&shared, failure, &asked)).await,
    };
    if asked.info.method() == Method::HEAD { without_body(response) } else { response }
}

async fn finished(work: BoxFuture<'static, Result<Response, Failure>>) -> Result<Response, Failure> {
    guarded(work).await.unwrap_or_else(|panicked| Err(unplaced(panicked)))
}

async fn finished_in_time(work: BoxFuture<'static, Result<Response, Failure>>, after: Duration) -> Result<Response, Failure> {
    let outcome = tokio::time::timeout(after, finished(work)).await;
    outcome.unwrap_or_else(|_| Err(unplaced(TimedOut { after })))
}

/// Answers a failure by the error handler for its type, else by a page.
async fn recover(shared: &Shared, failure: Failure, asked: &Asked) -> Response {
    // Extractors make a 400 of whatever reading the body gave them; the body itself knows better.
    let failure = match asked.info.fault() {
        Some(fault) if failure.is::<Rejected>() => fault,
        _ => failure,
    };
    let report = Report::new(&shared.explainers, &failure);
    let own_status = failure.own_status();
    let allow = failure.downcast_ref().and_then(|error: &MethodNotAllowed| HeaderValue::try_from(error.allow()).ok());
    match handled(shared, failure).await {
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
        Err(failure) => page(shared, failure, asked),
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
fn without_body(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let framed = parts.headers.contains_key(CONTENT_LENGTH) || parts.headers.contains_key(TRANSFER_ENCODING);
    if let (false, Some(length)) = (framed, body.size_hint().exact()) {
        parts.headers.insert(CONTENT_LENGTH, length.into());
    }
    Response::from_parts(parts, Body::empty())
}
