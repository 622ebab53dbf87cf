//! The functions that an application registers for errors and for the end of a request, with their types erased.

use std::error::Error;
use std::fmt::Display;
use std::future::Future;
use std::sync::Arc;

use axum_core::response::IntoResponse;
use http::StatusCode;

use crate::error::{Failure, reply};
use crate::message::{BoxFuture, Response};
use crate::request::RequestInfo;

/// Takes a failure if it holds the error that it is for, else gives it back. An error of that type that comes out of it is the
/// same one, declined; any other is the handler's own, a 500.
pub(crate) type ErrorHandler = Box<dyn Fn(Failure) -> Result<Handling, Failure> + Send + Sync>;

type Handling = BoxFuture<'static, Result<Response, Failure>>;

/// Runs at the end of a request; its error is for the log.
pub(crate) type TeardownHook = Box<dyn Fn(RequestInfo, Option<Arc<Failure>>) -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// What a teardown hook returns: nothing, or a result whose error is logged.
#[diagnostic::on_unimplemented(message = "a teardown hook returns nothing or a `Result<(), _>`, not `{Self}`")]
pub trait Ended {
    /// Turns it into a result with the error's text.
    fn into_end(self) -> Result<(), String>;
}

impl Ended for () {
    fn into_end(self) -> Result<(), String> {
        Ok(())
    }
}

impl<E: Display> Ended for Result<(), E> {
    fn into_end(self) -> Result<(), String> {
        self.map_err(|error| error.to_string())
    }
}

pub(crate) fn error_handler<E, F, Fut>(handle: F) -> ErrorHandler
where
    E: Error + Send + Sync + 'static,
    F: Fn(E) -> Fut + Send + Sync + 'static,
    Fut: Future<Output: IntoResponse> + Send + 'static,
{
    Box::new(move |failure| {
        let (error, origin) = failure.hand_out::<E>()?;
        let answer = handle(error);
        Ok(Box::pin(async move {
            reply(answer.await).map_err(|failed| match failed.is::<E>() {
                true => failed.passed_on(&origin),
                false => failed.with_status(StatusCode::INTERNAL_SERVER_ERROR),
            })
        }))
    })
}

pub(crate) fn teardown_hook<F, Fut>(hook: F) -> TeardownHook
where
    F: Fn(RequestInfo, Option<Arc<Failure>>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output: Ended> + Send + 'static,
{
    Box::new(move |info, error| {
        let end = hook(info, error);
        Box::pin(async move { end.await.into_end() })
    })
}
