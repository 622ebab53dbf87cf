//! What came back, with assertions that show it when they fail.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};

use super::fail::fail;

/// A whole response. Its assertions panic with the response in their message, at the line of the test.
#[derive(Clone)]
pub struct Page {
    pub(super) asked: String,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// What went wrong while the body was read; what came before is in `body`.
    pub(super) broken: Option<String>,
}

impl Page {
    /// Returns the status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns a header's first value; none if there is no such header or it is no text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns all headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the body as text; bytes that are no UTF-8 are replaced.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// Returns the body.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// Returns why the body broke off, if it did.
    #[must_use]
    pub fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    /// Asserts the status.
    ///
    /// # Panics
    /// If it is another.
    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        self.check(self.status.as_u16() == status, || format!("expected status {status}"))
    }

    /// Asserts that the body contains a text.
    ///
    /// # Panics
    /// If it does not.
    #[track_caller]
    pub fn assert_contains(&self, text: &str) -> &Self {
        self.check(self.text().contains(text), || format!("expected the body to contain {text:?}"))
    }

    /// Asserts that the body does not contain a text.
    ///
    /// # Panics
    /// If it does.
    #[track_caller]
    pub fn assert_lacks(&self, text: &str) -> &Self {
        self.check(!self.text().contains(text), || format!("expected the body not to contain {text:?}"))
    }

    /// Asserts a header's value.
    ///
    /// # Panics
    /// If it is another or there is none.
    #[track_caller]
    pub fn assert_header(&self, name: &str, value: &str) -> &Self {
        self.check(self.header(name) == Some(value), || format!("expected the header `{name}: {value}`"))
    }

    /// Asserts that this is a redirect to `location`.
    ///
    /// # Panics
    /// If it is no redirect or leads elsewhere.
    #[track_caller]
    pub fn assert_redirect(&self, location: &str) -> &Self {
        let leads_there = self.header(header::LOCATION.as_str()) == Some(location);
        self.check(self.status.is_redirection() && leads_there, || format!("expected a redirect to {location:?}"))
    }

    #[track_caller]
    fn check(&self, holds: bool, expected: impl FnOnce() -> String) -> &Self {
        if !holds {
            fail(format_args!("{}, but got\n{self:?}", expected()));
        }
        self
    }
}

/// Prints the request, the status, the headers and the body as text.
impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}", self.asked, self.status)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {}", String::from_utf8_lossy(value.as_bytes()))?;
        }
        writeln!(f, "\n{}", self.text())?;
        match &self.broken {
            Some(broken) => writeln!(f, "(the body broke off: {broken})"),
            None => Ok(()),
        }
    }
}
