//! Values as JSON responses. Knows no request; reading JSON is an extractor's work.

use axum_core::response::IntoResponse;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use serde::Serialize;

use crate::error::Failure;
use crate::message::Response;

/// Answers 200 with a value, as `application/json`. One that cannot be written, such as a map whose keys are no texts, is
/// an error of the handler.
///
/// ```
/// let response = aludel_web::json(["Ann", "Bob"]);
/// assert_eq!(response.headers()["content-type"], "application/json");
/// ```
pub fn json(value: impl ToJson) -> Response {
    match value.to_json() {
        Ok(text) => {
            let mut response = Response::new(text.into());
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        }
        Err(failure) => failure.into_response(),
    }
}

/// What [`json`] can write: every `Serialize`. It is a trait of its own for the sake of its error message.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written as JSON",
    label = "it, or what it holds, has no `Serialize`",
    note = "write `#[derive(serde::Serialize)]` above the struct"
)]
pub trait ToJson {
    /// Writes it.
    ///
    /// # Errors
    /// If its `Serialize` refuses.
    fn to_json(&self) -> Result<Vec<u8>, Failure>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize> ToJson for T {
    fn to_json(&self) -> Result<Vec<u8>, Failure> {
        serde_json::to_vec(self).map_err(|error| Failure::new(Box::new(error), None))
    }
}
