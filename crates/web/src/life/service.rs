//! An application that is ready to answer: begins the life of each request.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use axum_core::body::Body;
use axum_core::extract::DefaultBodyLimit;
use bytes::Bytes;
use http::Request;
use http::request::Parts;

use crate::error::{Failure, PayloadTooLarge};
use crate::limits::Limits;
use crate::message::BoxFuture;
use crate::pages::Visitor;
use crate::request::{LimitedBody, Peer, RequestInfo};
use crate::route::Table;
use crate::scope::Resource;

use super::answer::{Asked, answer, dispatch, unplaced};
use super::future::Life;
use super::guard::{guarded_call, raise};
use super::panic_hook;
use super::shared::Shared;

/// An application, built and ready to answer. Cheap to clone.
#[derive(Clone)]
pub struct Service(Arc<Shared>);

impl Service {
    pub(crate) fn new(shared: Shared) -> Self {
        panic_hook::install();
        Self(Arc::new(shared))
    }

    /// Returns the application's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Returns the application's routes.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.0.site.table
    }

    /// Returns the application's bounds.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Begins the life of a request.
    pub fn handle<B>(&self, request: Request<B>, peer: Peer) -> Life
    where
        B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let shared = &self.0;
        let (mut parts, body) = request.into_parts();
        let info = RequestInfo::new(&parts, peer, shared.site.clone());
        let visitor = Visitor::new(&parts, peer, shared.debug);
        if !shared.extensions.is_empty() {
            parts.extensions.extend(shared.extensions.clone());
        }
        let (mut resources, opened) = open(shared, &mut parts);
        let checked = opened.and_then(|()| check_length(&body, shared.limits.max_body));
        let task = checked.and_then(|()| dispatch(shared, limited(parts, body, shared, &info), &info));
        let answer = answer(shared.clone(), task, Asked { info: info.clone(), visitor });
        let mut answer: BoxFuture<'static, _> = Box::pin(info.clone().scope(answer));
        for resource in resources.iter_mut().rev() {
            // A panic here is raised again where the life polls its answer, which knows what to do about it.
            answer = guarded_call(|| resource.around(answer)).unwrap_or_else(|panicked| Box::pin(async move { raise(panicked) }));
        }
        Life::new(shared.clone(), info, answer, resources)
    }

    /// Returns how many requests go on at the moment without their clients.
    #[must_use]
    pub fn detached(&self) -> usize {
        self.0.detached.len()
    }

    /// Waits for the requests that go on without their clients.
    pub async fn drained(&self) {
        self.0.detached.close();
        self.0.detached.wait().await;
    }

    /// Makes the requests that go on without their clients drop their handlers, now and from now on.
    pub fn hurry(&self) {
        self.0.site.hurry();
        self.0.hurry.cancel();
    }
}

/// Opens what lives as long as the request. A panic on the way fails the request, and what is open is resolved.
fn open(shared: &Shared, parts: &mut Parts) -> (Vec<Box<dyn Resource>>, Result<(), Failure>) {
    let mut resources = Vec::with_capacity(shared.scopes.len());
    for scope in &shared.scopes {
        match guarded_call(|| scope.open(parts)) {
            Ok(resource) => resources.push(resource),
            Err(panicked) => return (resources, Err(unplaced(panicked))),
        }
    }
    (resources, Ok(()))
}

/// Refuses a body that says itself that it is too large, before a byte of it is read.
fn check_length(body: &impl http_body::Body, limit: u64) -> Result<(), Failure> {
    if body.size_hint().lower() > limit { Err(unplaced(PayloadTooLarge { limit })) } else { Ok(()) }
}

/// Puts the body under this application's limits, in place of axum's own, which its extractors would keep to.
fn limited<B>(parts: Parts, body: B, shared: &Shared, info: &RequestInfo) -> Request<Body>
where
    B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    if body.is_end_stream() {
        return Request::from_parts(parts, Body::empty());
    }
    let body = Body::new(LimitedBody::new(body, &shared.limits, info.clone()));
    let mut request = Request::from_parts(parts, body);
    DefaultBodyLimit::disable().apply(&mut request);
    request
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Service({})", self.0.name)
    }
}
