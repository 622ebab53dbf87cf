//! An application that is ready to answer: begins the life of each request.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use axum_core::body::Body;
use axum_core::extract::DefaultBodyLimit;
use bytes::Bytes;
use http::Request;

use crate::error::{Failure, PayloadTooLarge};
use crate::limits::Limits;
use crate::pages::Visitor;
use crate::request::{LimitedBody, Peer, RequestInfo};
use crate::route::Table;
use crate::scope::Resource;

use super::answer::{Asked, dispatch, unplaced};
use super::future::Life;
use super::guard::guarded_call;
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
        let (resource, opened) = open(shared);
        let info = RequestInfo::new(&request, peer, shared.site.clone(), resource);
        let visitor = Visitor::new(&request, peer, shared.debug);
        let work = match opened.and_then(|()| check_length(request.body(), shared.limits.max_body)) {
            Ok(()) => dispatch(shared, limited(request, shared, &info), &info),
            Err(failure) => Err(failure),
        };
        Life::new(shared.clone(), work, Asked { info, visitor })
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

/// Opens what lives as long as the request. A panic on the way fails the request.
fn open(shared: &Shared) -> (Option<Arc<dyn Resource>>, Result<(), Failure>) {
    match shared.scope.as_ref().map(|scope| guarded_call(|| scope.open())) {
        None => (None, Ok(())),
        Some(Ok(resource)) => (Some(resource), Ok(())),
        Some(Err(panicked)) => (None, Err(unplaced(panicked))),
    }
}

/// Refuses a body that says itself that it is too large, before a byte of it is read.
fn check_length(body: &impl http_body::Body, limit: u64) -> Result<(), Failure> {
    if body.size_hint().lower() > limit { Err(unplaced(PayloadTooLarge { limit })) } else { Ok(()) }
}

/// Puts the body under this application's limits, in place of axum's own, which its extractors would keep to.
fn limited<B>(request: Request<B>, shared: &Shared, info: &RequestInfo) -> Request<Body>
where
    B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    if request.body().is_end_stream() {
        return request.map(|_| Body::empty());
    }
    let mut request = request.map(|body| Body::new(LimitedBody::new(body, &shared.limits, info.clone())));
    DefaultBodyLimit::disable().apply(&mut request);
    request
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Service({})", self.0.name)
    }
}
