//! A request of the test client: built, sent through a life, followed.

use std::future::IntoFuture;
use std::panic::Location;

use axum_core::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use http_body_util::BodyExt;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::life::Service;
use crate::message::{BoxFuture, Request, Response};
use crate::request::Peer;

use super::fail::fail;
use super::jar::SharedJar;
use super::page::Page;

/// What a form's fields leave unencoded, by the URL standard; the space becomes a `+`.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_').remove(b' ');

/// A browser gives up after so many redirects, too.
const MOST_REDIRECTS: usize = 20;

/// A request that is sent when it is awaited.
#[derive(Debug, Clone)]
#[must_use = "a request is sent when it is awaited"]
pub struct RequestBuilder {
    service: Service,
    jar: SharedJar,
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Bytes,
    follow: bool,
    made: &'static Location<'static>,
}

impl RequestBuilder {
    #[track_caller]
    pub(super) fn new(service: Service, jar: SharedJar, method: Method, url: String) -> Self {
        let (headers, body, made) = (HeaderMap::new(), Bytes::new(), Location::caller());
        Self { service, jar, method, url, headers, body, follow: false, made }
    }

    /// Sets a header, in place of one of the same name.
    ///
    /// # Panics
    /// If the name or the value can be no header's.
    #[track_caller]
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let (name, value) = (name.as_ref(), value.as_ref());
        match (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            (Ok(name), Ok(value)) => self.headers.insert(name, value),
            _ => fail(format_args!("`{name}: {value}` is no header")),
        };
        self
    }

    /// Sets the body to a form's fields, with its `Content-Type`.
    pub fn form<K: AsRef<str>, V: AsRef<str>>(mut self, fields: &[(K, V)]) -> Self {
        let encode = |text: &str| utf8_percent_encode(text, FORM).to_string().replace(' ', "+");
        let pairs = fields.iter().map(|(name, value)| format!("{}={}", encode(name.as_ref()), encode(value.as_ref())));
        self.body = pairs.collect::<Vec<_>>().join("&").into();
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Follows redirects: after 303, and after 301 and 302 of a `POST`, with a `GET`; after 307 and 308 with the same
    /// method and body.
    pub fn follow(mut self) -> Self {
        self.follow = true;
        self
    }

    async fn send(mut self) -> Page {
        for _ in 0..MOST_REDIRECTS {
            let page = self.send_once().await;
            let target = page.header(LOCATION.as_str()).filter(|_| self.follow && page.status.is_redirection());
            let Some(target) = target.map(str::to_owned) else { return page };
            self.turn_to(page.status, &target);
        }
        fail(format_args!("{}: more than {MOST_REDIRECTS} redirects, the last to `{}`", self.made, self.url));
    }

    /// Makes this the request that follows a redirect.
    fn turn_to(&mut self, status: StatusCode, target: &str) {
        let keeps_method = match status {
            StatusCode::SEE_OTHER => matches!(self.method, Method::GET | Method::HEAD),
            StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => self.method != Method::POST,
            _ => true,
        };
        if !keeps_method {
            self.method = Method::GET;
            self.body = Bytes::new();
            self.headers.remove(CONTENT_TYPE);
        }
        self.url = joined(&self.url, target);
    }

    async fn send_once(&self) -> Page {
        let request = self.request();
        let path = request.uri().path().to_owned();
        let response = self.service.handle(request, Peer::InProcess).await;
        for cookie in response.headers().get_all(SET_COOKIE) {
            self.jar.lock().store(&String::from_utf8_lossy(cookie.as_bytes()), &path);
        }
        read(format!("{} {}", self.method, self.url), response).await
    }

    fn request(&self) -> Request {
        let Ok(uri) = Uri::try_from(&self.url) else { fail(format_args!("{}: `{}` is no URL", self.made, self.url)) };
        let cookies = self.jar.lock().header(uri.path());
        let host = uri.authority().map_or("localhost", |authority| authority.as_str());
        let host = HeaderValue::from_str(host).unwrap_or(HeaderValue::from_static("localhost"));
        let mut request = Request::new(Body::from(self.body.clone()));
        let headers = request.headers_mut();
        headers.insert(HOST, host);
        if let Some(Ok(cookies)) = cookies.map(HeaderValue::try_from) {
            headers.insert(COOKIE, cookies);
        }
        headers.extend(self.headers.clone());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = uri;
        request
    }
}

impl IntoFuture for RequestBuilder {
    type Output = Page;
    type IntoFuture = BoxFuture<'static, Page>;

    fn into_future(self) -> BoxFuture<'static, Page> {
        Box::pin(self.send())
    }
}

async fn read(asked: String, response: Response) -> Page {
    let (parts, mut body) = response.into_parts();
    let mut bytes = Vec::new();
    let mut broken = None;
    while let Some(frame) = body.frame().await {
        match frame.map(http_body::Frame::into_data) {
            Ok(Ok(data)) => bytes.extend_from_slice(&data),
            Ok(Err(_trailers)) => {}
            Err(error) => {
                broken = Some(error.to_string());
                break;
            }
        }
    }
    Page { asked, status: parts.status, headers: parts.headers, body: bytes.into(), broken }
}

/// Reads a redirect's target as relative to the address that was asked for.
fn joined(base: &str, target: &str) -> String {
    let target = target.split('#').next().unwrap_or_default();
    let path = base.split(['?', '#']).next().unwrap_or_default();
    match target {
        "" => base.to_owned(),
        _ if target.starts_with('/') || target.contains("://") => target.to_owned(),
        _ if target.starts_with('?') => format!("{path}{target}"),
        _ => format!("{}/{target}", path.rsplit_once('/').map_or("", |(folder, _)| folder)),
    }
}
