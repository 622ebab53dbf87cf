//! Makes the response to a failure that nobody handled.

use http::header::{ALLOW, CACHE_CONTROL};
use http::{HeaderValue, StatusCode};

use crate::error::{Failure, MethodNotAllowed, Rejected};
use crate::message::Response;
use crate::respond;

use super::case::Case;
use super::sheet::Sheet;
use super::{debug, html, plain};

/// Answers a failure: its status and the request's id, and the rest only to one who may see it.
///
/// A [`Rejected`] that is no error, such as a redirect to the login page, is answered as the extractor meant it.
pub(crate) fn answer(failure: &Failure, case: &Case<'_>) -> Response {
    let status = failure.status();
    let rejected = failure.downcast_ref::<Rejected>();
    let mut response = match rejected {
        Some(rejected) if status.as_u16() < 400 => respond::text(rejected.text().to_owned()),
        _ => page(failure, case),
    };
    *response.status_mut() = status;
    if let Some(rejected) = rejected {
        response.headers_mut().extend(rejected.headers.clone());
    }
    if let Some(Ok(allow)) = failure.downcast_ref().map(|error: &MethodNotAllowed| HeaderValue::try_from(error.allow())) {
        response.headers_mut().insert(ALLOW, allow);
    }
    response
}

fn page(failure: &Failure, case: &Case<'_>) -> Response {
    let mut sheet = Sheet { title: titled(failure.status()), foot: format!("Request {}", case.info.id()), ..Sheet::default() };
    if let Some(headers) = &case.visitor.headers {
        sheet = debug::fill(sheet, failure, case, headers);
    }
    let mut response = match case.visitor.reads_html {
        true => respond::html(html::page(&sheet)),
        false => respond::text(plain::page(&sheet)),
    };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn titled(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}
