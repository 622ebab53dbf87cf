//! How a failure gets through `IntoResponse`: inside the response's extensions, so that any shape of a handler's
//! return type (`Result<(StatusCode, String), Failure>`, nested results, axum's own) still gives it back typed.

use std::sync::{Arc, Mutex, PoisonError};

use axum_core::response::IntoResponse;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http_body_util::{BodyExt, Limited};

use crate::message::{BoxFuture, Response};
use crate::respond;

use super::failure::Failure;
use super::kinds::Rejected;

/// A rejection with a longer text is kept without it.
const REJECTION_TEXT_BYTES: usize = 16 * 1024;

/// Extensions must be `Clone` and a failure is not, hence the shared slot.
#[derive(Clone)]
struct Carried(Arc<Mutex<Option<Failure>>>);

/// Answers with the status alone and carries the failure; inside an application its error handlers and pages
/// answer in place of this response.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut response = respond::text(status.canonical_reason().unwrap_or("error"));
        *response.status_mut() = status;
        response.extensions_mut().insert(Carried(Arc::new(Mutex::new(Some(self)))));
        response
    }
}

/// What a handler may return: every [`IntoResponse`]. It is a trait of its own for the sake of its error message.
#[diagnostic::on_unimplemented(
    message = "a handler cannot return `{Self}`",
    label = "return a text, a `Response`, a status, `()`, or a `Result` of one of these",
    note = "`json(..)` makes a response of a list or an object; the error of a `Result` is `aludel::Error`, which `?` makes of others"
)]
pub trait Reply {
    /// Turns it into a response, or into the failure that it is.
    ///
    /// # Errors
    /// The failure, if it is or contains one.
    fn reply(self) -> Result<Response, Failure>;
}

#[diagnostic::do_not_recommend]
impl<T: IntoResponse> Reply for T {
    fn reply(self) -> Result<Response, Failure> {
        taken(self.into_response())
    }
}

/// Turns what a handler returned into a response, or into the failure that it returned.
///
/// # Errors
/// The failure, if `value` was or contained one.
pub fn reply<T: Reply>(value: T) -> Result<Response, Failure> {
    value.reply()
}

/// Takes a carried failure out of a response.
fn taken(mut response: Response) -> Result<Response, Failure> {
    let Some(Carried(slot)) = response.extensions_mut().remove::<Carried>() else { return Ok(response) };
    match slot.lock().unwrap_or_else(PoisonError::into_inner).take() {
        Some(failure) => Err(failure),
        None => Ok(response),
    }
}

/// Turns an extractor's rejection into a failure, so that the application's error handlers see it.
///
/// A rejection that is or carries a [`Failure`] becomes that failure; any other becomes a [`Rejected`] with its status,
/// headers and text.
///
/// The future holds nothing of the rejection's own type, which need not be `Send`.
pub fn rejection(rejection: impl IntoResponse) -> BoxFuture<'static, Failure> {
    let carried = taken(rejection.into_response());
    Box::pin(async move {
        match carried {
            Ok(response) => rejected(response).await,
            Err(failure) => failure,
        }
    })
}

async fn rejected(response: Response) -> Failure {
    let (mut parts, body) = response.into_parts();
    for name in [CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING] {
        parts.headers.remove(name);
    }
    let text = match Limited::new(body, REJECTION_TEXT_BYTES).collect().await {
        Ok(body) => String::from_utf8_lossy(&body.to_bytes()).into_owned(),
        Err(_) => String::new(),
    };
    let rejected = Rejected { status: parts.status, headers: parts.headers, text };
    Failure::new(Box::new(rejected), None)
}
