//! The cookies of a test client: names, values, paths and ends. There is one host and no transport, so that `Domain`
//! and `Secure` mean nothing here.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// A jar that clients and their requests share.
#[derive(Debug, Clone, Default)]
pub(super) struct SharedJar(Arc<Mutex<Jar>>);

impl SharedJar {
    pub(super) fn lock(&self) -> MutexGuard<'_, Jar> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Cookies as a browser keeps them for one host.
#[derive(Debug, Default)]
pub(super) struct Jar {
    cookies: Vec<Cookie>,
}

#[derive(Debug)]
struct Cookie {
    name: String,
    value: String,
    path: String,
}

impl Jar {
    /// Takes a `Set-Cookie` header that came with the answer to a request for `path`.
    pub(super) fn store(&mut self, header: &str, path: &str) {
        let mut parts = header.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        let attributes: Vec<(String, &str)> = parts
            .map(|attribute| attribute.split_once('=').unwrap_or((attribute, "")))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim()))
            .collect();
        let attribute = |name: &str| attributes.iter().rev().find(|(own, _)| own == name).map(|(_, value)| *value);
        let path = attribute("path").filter(|path| path.starts_with('/')).unwrap_or_else(|| folder(path));
        let cookie = Cookie { name: name.trim().to_owned(), value: value.trim().to_owned(), path: path.to_owned() };
        self.cookies.retain(|other| (&other.name, &other.path) != (&cookie.name, &cookie.path));
        if !is_over(attribute("max-age"), attribute("expires")) {
            self.cookies.push(cookie);
        }
    }

    /// Returns the `Cookie` header for a request, none if no cookie is for this path; longer paths come first.
    pub(super) fn header(&self, path: &str) -> Option<String> {
        let mut cookies: Vec<&Cookie> = self.cookies.iter().filter(|cookie| is_below(path, &cookie.path)).collect();
        cookies.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> = cookies.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Returns a cookie's value.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.cookies.iter().find(|cookie| cookie.name == name).map(|cookie| cookie.value.clone())
    }
}

/// `Max-Age` counts before `Expires`; what cannot be read is as good as not there.
fn is_over(max_age: Option<&str>, expires: Option<&str>) -> bool {
    match max_age.and_then(|seconds| seconds.parse::<i64>().ok()) {
        Some(seconds) => seconds <= 0,
        None => expires.and_then(|date| httpdate::parse_http_date(date).ok()).is_some_and(|end| end <= SystemTime::now()),
    }
}

/// Returns the path up to its last slash, which a cookie without a path is for.
fn folder(path: &str) -> &str {
    match path.rfind('/') {
        None | Some(0) => "/",
        Some(end) => &path[..end],
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || folder.ends_with('/') || rest.starts_with('/'))
}
