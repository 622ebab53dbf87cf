//! Who is asking: whether he may see the debug page, and whether he reads HTML. Decided from the request's head
//! before a handler takes it away.

use http::header::{ACCEPT, AUTHORIZATION, COOKIE, HOST, PROXY_AUTHORIZATION};
use http::{HeaderMap, HeaderName, HeaderValue, Request};

use crate::request::Peer;

/// Headers that a proxy adds. Behind one, every peer is local, so that a local peer says nothing.
const FORWARDING: [&str; 7] =
    ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-server", "x-real-ip"];

/// Headers whose values are no one's business, not even on the debug page, which people send around as a picture.
const SECRET: [HeaderName; 3] = [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION];

const HTML: &[u8] = b"text/html";

/// Who is asking.
#[derive(Debug, Default)]
pub(crate) struct Visitor {
    pub(super) reads_html: bool,
    /// The request's headers if he may see the debug page, secrets masked.
    pub(super) headers: Option<Vec<(String, String)>>,
}

impl Visitor {
    pub(crate) fn new<B>(request: &Request<B>, peer: Peer, debug: bool) -> Self {
        let headers = (debug && is_local(request, peer)).then(|| shown(request.headers()));
        Self { reads_html: reads_html(request.headers()), headers }
    }
}

/// The page shows source lines and request data: only this machine may see it, only under a name that no other site
/// can take (a foreign page may point its own name at 127.0.0.1), and not through a proxy.
fn is_local<B>(request: &Request<B>, peer: Peer) -> bool {
    let peer = match peer {
        Peer::Address(address) => address.ip().to_canonical().is_loopback(),
        Peer::InProcess => true,
    };
    let forwarded = request.headers().keys().any(|name| FORWARDING.contains(&name.as_str()) || name.as_str().starts_with("x-forwarded-"));
    peer && !forwarded && has_local_host(request)
}

fn has_local_host<B>(request: &Request<B>) -> bool {
    let mut hosts = request.headers().get_all(HOST).iter().map(|host| host.to_str().unwrap_or_default());
    let target = request.uri().authority().map(|authority| authority.as_str());
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
    let named = |accept: &HeaderValue| accept.as_bytes().windows(HTML.len()).any(|text| text.eq_ignore_ascii_case(HTML));
    headers.get(ACCEPT).is_some_and(|first| named(first) || headers.get_all(ACCEPT).iter().any(named))
}

fn shown(headers: &HeaderMap) -> Vec<(String, String)> {
    let value = |(name, value): (&HeaderName, &HeaderValue)| {
        let text = if SECRET.contains(name) { "(masked)".into() } else { String::from_utf8_lossy(value.as_bytes()).into_owned() };
        (name.to_string(), text)
    };
    headers.iter().map(value).collect()
}
