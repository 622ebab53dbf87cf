//! Who is asking: whether he may see the debug page, and whether he reads HTML. Decided from the request's head
//! before a handler takes it away.

use http::header::{ACCEPT, AUTHORIZATION, COOKIE, HOST, PROXY_AUTHORIZATION};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::request::Peer;

/// Headers that a proxy adds. Behind one, every peer is local, so that a local peer says nothing.
const FORWARDING: [&str; 7] =
    ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-server", "x-real-ip"];

/// Headers whose values are no one's business, not even on the debug page, which people send around as a picture.
const SECRET: [HeaderName; 3] = [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION];

/// Who is asking.
#[derive(Debug)]
pub(crate) struct Visitor {
    pub(super) reads_html: bool,
    /// The request's headers if he may see the debug page, secrets masked.
    pub(super) headers: Option<Vec<(String, String)>>,
}

impl Visitor {
    pub(crate) fn new(parts: &Parts, peer: Peer, debug: bool) -> Self {
        let headers = (debug && is_local(parts, peer)).then(|| shown(&parts.headers));
        Self { reads_html: reads_html(&parts.headers), headers }
    }
}

/// The page shows source lines and request data: only this machine may see it, only under a name that no other site
/// can take (a foreign page may point its own name at 127.0.0.1), and not through a proxy.
fn is_local(parts: &Parts, peer: Peer) -> bool {
    let peer = match peer {
        Peer::Address(address) => address.ip().to_canonical().is_loopback(),
        Peer::InProcess => true,
    };
    let forwarded = parts.headers.keys().any(|name| FORWARDING.contains(&name.as_str()) || name.as_str().starts_with("x-forwarded-"));
    peer && !forwarded && has_local_host(parts)
}

fn has_local_host(parts: &Parts) -> bool {
    let mut hosts = parts.headers.get_all(HOST).iter().map(|host| host.to_str().unwrap_or_default());
    let target = parts.uri.authority().map(|authority| authority.as_str());
    match (target, hosts.next(), hosts.next()) {
        (Some(target), None, _) => is_local_name(target),
        (Some(target), Some(host), None) => is_local_name(target) && is_local_name(host),
        (None, Some(host), None) => is_local_name(host),
        _ => false,
    }
}

fn is_local_name(host: &str) -> bool {
    let port = |rest: &str| rest.is_empty() || rest.strip_prefix(':').is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit()));
    let named = |name: &str| host.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) && port(&host[name.len()..]);
    named("localhost") || named("127.0.0.1") || named("[::1]")
}

/// Browsers name HTML. Who takes anything, as `curl` and most programs do, is better served with text.
fn reads_html(headers: &HeaderMap) -> bool {
    let named = |accept: &HeaderValue| accept.to_str().is_ok_and(|text| text.to_ascii_lowercase().contains("text/html"));
    headers.get_all(ACCEPT).iter().any(named)
}

fn shown(headers: &HeaderMap) -> Vec<(String, String)> {
    let value = |(name, value): (&HeaderName, &HeaderValue)| {
        let text = if SECRET.contains(name) { "(masked)".into() } else { String::from_utf8_lossy(value.as_bytes()).into_owned() };
        (name.to_string(), text)
    };
    headers.iter().map(value).collect()
}
