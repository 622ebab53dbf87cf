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
pub fn json(value: impl Serialize) -> Response {
    match serde_json::to_vec(&value) {
        Ok(text) => {
            let mut response = Response::new(text.into());
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        }
        Err(error) => Failure::new(Box::new(error), None).into_response(),
    }
}
