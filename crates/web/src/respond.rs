//! The small responses that nearly every handler makes: a page, a text, a redirect.
//! Knows nothing of requests; cookies and templates are others' work.

use axum_core::body::Body;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderValue, StatusCode};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::message::Response;

/// What may not stand in a `Location`; `%` stays, since the target is a URL already.
const UNSAFE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// Answers 200 with a page, as `text/html; charset=utf-8`. Nothing is escaped here.
pub fn html(page: impl Into<Body>) -> Response {
    typed(page.into(), "text/html; charset=utf-8")
}

/// Answers 200 with a text, as `text/plain; charset=utf-8`.
pub fn text(text: impl Into<Body>) -> Response {
    typed(text.into(), "text/plain; charset=utf-8")
}

/// Answers 303: the client goes on with a `GET` of `to`, which is a URL or a path.
///
/// Control characters, spaces and whatever else no URL contains are percent-encoded, so that `to` can never add a
/// header of its own. Where `to` leads is not checked: do not redirect to an address that a client handed in.
pub fn redirect(to: impl AsRef<str>) -> Response {
    moved(StatusCode::SEE_OTHER, to.as_ref())
}

/// Answers with a redirecting `status` to `to`.
pub(crate) fn moved(status: StatusCode, to: &str) -> Response {
    let location = utf8_percent_encode(to, UNSAFE).to_string();
    let mut response = Response::new(Body::empty());
    match HeaderValue::try_from(location) {
        Ok(location) => {
            *response.status_mut() = status;
            response.headers_mut().insert(LOCATION, location);
        }
        // Cannot happen: the encoding leaves visible ASCII only. An error is still better than a lost redirect.
        Err(_) => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
    }
    response
}

fn typed(body: Body, content_type: &'static str) -> Response {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
