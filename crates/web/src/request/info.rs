//! The facts of one request that outlive its `Request`: for logs, teardown hooks and error pages.

use std::any::Any;
use std::collections::hash_map::RandomState;
use std::error::Error;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};
use std::time::Instant;

use http::{Method, Request, Uri};

use crate::error::{BodyTimedOut, Failure, PayloadTooLarge};
use crate::route::{Route, Table};
use crate::scope::Resource;

use super::site::Site;

/// The facts of one request: id, method, path, peer, endpoint. Cheap to clone.
#[derive(Clone)]
pub struct RequestInfo(Arc<Facts>);

struct Facts {
    id: RequestId,
    method: Method,
    uri: Uri,
    peer: Peer,
    /// The application that answers it. It stands here to be counted once a request, not at each clone.
    site: Arc<Site>,
    /// What the application's scope has opened for it.
    resource: Option<Arc<dyn Resource>>,
    /// When the handler's time is over.
    deadline: Option<Instant>,
    /// Whether the handler is done, or dropped: what comes after it is not to end early.
    is_handled: AtomicBool,
    /// The number of the route that answers it, from one on; zero before one matched.
    route: AtomicUsize,
    fault: OnceLock<BodyFault>,
}

/// What went wrong with the request's body, whoever read it and whatever he made of the error.
#[derive(Debug, Clone)]
pub(crate) enum BodyFault {
    TooLarge(PayloadTooLarge),
    TimedOut(BodyTimedOut),
}

/// The number of a request, which no other request of this process has; its text is unlike those of other processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId(u64);

/// Why work for a request should end where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The handler has had its time, see `Limits::handler_timeout`.
    Timeout,
    /// The server ends, and has waited for its grace.
    Shutdown,
}

/// Who sent a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Peer {
    /// The other end of the connection; a proxy, where there is one.
    Address(SocketAddr),
    /// This process itself: the test client.
    InProcess,
}

static NEXT: AtomicU64 = AtomicU64::new(1);
static PROCESS: LazyLock<u32> = LazyLock::new(|| RandomState::new().build_hasher().finish() as u32);

impl RequestInfo {
    pub(crate) fn new<B>(request: &Request<B>, peer: Peer, site: Arc<Site>, resource: Option<Arc<dyn Resource>>) -> Self {
        let id = RequestId(NEXT.fetch_add(1, Ordering::Relaxed));
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let (route, fault, is_handled) = (AtomicUsize::new(0), OnceLock::new(), AtomicBool::new(false));
        let deadline = site.handler_timeout.map(|timeout| Instant::now() + timeout);
        Self(Arc::new(Facts { id, method, uri, peer, site, resource, deadline, is_handled, route, fault }))
    }

    /// Returns why the handler of this request should end where it stands, if it should: for work that comes to no await, which
    /// no timeout and no shutdown can drop.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        match self.0.deadline {
            _ if self.0.is_handled.load(Ordering::Acquire) => None,
            _ if self.0.site.is_hurried() => Some(Ending::Shutdown),
            Some(deadline) if Instant::now() >= deadline => Some(Ending::Timeout),
            _ => None,
        }
    }

    /// Notes that the handler is done or dropped.
    pub(crate) fn set_handled(&self) {
        self.0.is_handled.store(true, Ordering::Release);
    }

    /// Returns the request's id, which error pages show and logs name.
    #[must_use]
    pub fn id(&self) -> RequestId {
        self.0.id
    }

    /// Returns the method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.0.method
    }

    /// Returns the path as it came, percent-encoded and without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.0.uri.path()
    }

    /// Returns the whole address as it came, usually path and query.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.0.uri
    }

    /// Returns who sent it.
    #[must_use]
    pub fn peer(&self) -> Peer {
        self.0.peer
    }

    /// Returns the name of the endpoint that answers it; none before a rule matched and where none does.
    #[must_use]
    pub fn endpoint(&self) -> Option<&str> {
        let number = self.0.route.load(Ordering::Acquire).checked_sub(1)?;
        self.table().route(number).map(Route::endpoint)
    }

    /// Returns what the application's [`Scope`](crate::Scope) has opened for it, if that is an `R`.
    #[must_use]
    pub fn resource<R: Resource>(&self) -> Option<Arc<R>> {
        let resource: Arc<dyn Any + Send + Sync> = self.0.resource.clone()?;
        resource.downcast().ok()
    }

    pub(crate) fn any_resource(&self) -> Option<&Arc<dyn Resource>> {
        self.0.resource.as_ref()
    }

    pub(crate) fn table(&self) -> &Table {
        &self.0.site.table
    }

    pub(crate) fn set_route(&self, number: usize) {
        self.0.route.store(number + 1, Ordering::Release);
    }

    pub(crate) fn set_fault(&self, fault: BodyFault) {
        // The first fault is the cause of all others.
        let _ = self.0.fault.set(fault);
    }

    /// Returns the body's fault as the failure to answer with.
    pub(crate) fn fault(&self) -> Option<Failure> {
        let error: Box<dyn Error + Send + Sync> = match self.0.fault.get()? {
            BodyFault::TooLarge(error) => Box::new(error.clone()),
            BodyFault::TimedOut(error) => Box::new(error.clone()),
        };
        Some(Failure::new(error, None))
    }
}

impl fmt::Debug for RequestInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoint = self.endpoint().unwrap_or("no endpoint");
        write!(f, "{} {} ({endpoint}, request {})", self.method(), self.path(), self.id())
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}-{}", *PROCESS, self.0)
    }
}
