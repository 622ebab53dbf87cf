//! The builder of an application: what it answers, what it does about errors, what it runs at a request's end.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use axum_core::response::IntoResponse;
use http::Extensions;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::error::Failure;
use crate::life::{Ended, ErrorHandler, Service, Shared, TeardownHook, error_handler, teardown_hook};
use crate::limits::Limits;
use crate::pages::{Explainer, Explanation};
use crate::request::{RequestInfo, Site};
use crate::route::{Route, Table, TableError};
use crate::scope::Scope;

/// An application that is being put together.
///
/// ```
/// use aludel_web::{App, Client, Method, NotFound, Request, Route, html};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let service = App::new("shop")
///     .routes([Route::new(Method::GET, "/", "index", async |_: Request| "Welcome")])
///     .on_error(async |_: NotFound| html("<h1>Nothing here</h1>"))
///     .build()?;
/// let client = Client::new(service);
/// client.get("/").await.assert_status(200);
/// client.get("/nowhere").await.assert_status(404).assert_contains("Nothing here");
/// # Ok(())
/// # }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(example()).unwrap();
/// ```
#[must_use]
pub struct App {
    name: String,
    routes: Vec<Route>,
    limits: Limits,
    debug: bool,
    extensions: Extensions,
    scope: Option<Box<dyn Scope>>,
    error_handlers: Vec<ErrorHandler>,
    teardown_hooks: Vec<TeardownHook>,
    explainers: Vec<Explainer>,
}

/// Why an application cannot be built: its routes contradict each other or cannot be read.
#[derive(Debug, Clone)]
pub struct BuildError {
    app: String,
    table: TableError,
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the routes of `{}` do not work: {}", self.app, self.table)
    }
}

impl Error for BuildError {}

impl App {
    /// Begins an application; the name is for logs.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            routes: Vec::new(),
            limits: Limits::new(),
            debug: false,
            extensions: Extensions::new(),
            scope: None,
            error_handlers: Vec::new(),
            teardown_hooks: Vec::new(),
            explainers: Vec::new(),
        }
    }

    /// Adds routes.
    pub fn routes(mut self, routes: impl IntoIterator<Item = Route>) -> Self {
        self.routes.extend(routes);
        self
    }

    /// Puts a value into every request's extensions, where extractors find it. It is cloned for each request: wrap
    /// what is large into an `Arc`.
    pub fn extension<T: Any + Clone + Send + Sync>(mut self, value: T) -> Self {
        self.extensions.insert(value);
        self
    }

    /// Handles failures whose error is an `E`, by value. Of several handlers for one type the last counts.
    ///
    /// A response of the handler with status 200 takes the error's own status if it has one: `async |_: NotFound| html("..")`
    /// answers 404. One with status 500 or above is logged with the error, as an error that nobody handles is.
    ///
    /// A handler declines an error by returning it, or another one of the same type: `Err(error)?`. It is answered as if there
    /// were no handler, with the status that it had, and the line that it came from is blamed. Any other error that comes out
    /// of the handler is the handler's own, and is a 500 page.
    pub fn on_error<E, F, Fut>(mut self, handle: F) -> Self
    where
        E: Error + Send + Sync + 'static,
        F: Fn(E) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoResponse> + Send + 'static,
    {
        self.error_handlers.push(error_handler(handle));
        self
    }

    /// Runs a function at the end of every request, also after a panic and after the client went away.
    ///
    /// The functions run in the reverse order of their registration, after the resources of the request are resolved
    /// and before its response is sent; one that fails or panics is logged and does not stop the others. Each gets the
    /// error with which the request ended if that is a server's error (status 500 and above) which no error handler
    /// handled.
    pub fn teardown<F, Fut>(mut self, hook: F) -> Self
    where
        F: Fn(RequestInfo, Option<Arc<Failure>>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: Ended> + Send + 'static,
    {
        self.teardown_hooks.push(teardown_hook(hook));
        self
    }

    /// Opens a resource for every request; see [`Scope`]. There is one: a second takes the place of the first.
    pub fn scope(mut self, scope: impl Scope) -> Self {
        self.scope = Some(Box::new(scope));
        self
    }

    /// Adds to the debug pages of the errors that `explain` knows; it is shown an error and its sources.
    pub fn explain<F>(mut self, explain: F) -> Self
    where
        F: Fn(&(dyn Error + 'static)) -> Option<Explanation> + Send + Sync + 'static,
    {
        self.explainers.push(Box::new(explain));
        self
    }

    /// Shows errors with all details, but to this machine only: the connection and the `Host` are local and no proxy
    /// stands between.
    pub fn debug(mut self, debug: bool) -> Self {
        self.debug = debug;
        self
    }

    /// Sets the bounds on what clients may take.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Builds the application.
    ///
    /// # Errors
    /// All mistakes in its routes: rules that cannot be read, and routes that answer the same requests.
    pub fn build(self) -> Result<Service, BuildError> {
        let table = Table::new(self.routes).map_err(|table| BuildError { app: self.name.clone(), table })?;
        Ok(Service::new(Shared {
            name: self.name,
            site: Arc::new(Site::new(table, self.limits.handler_timeout)),
            limits: self.limits,
            debug: self.debug,
            extensions: self.extensions,
            scope: self.scope,
            error_handlers: self.error_handlers,
            teardown_hooks: self.teardown_hooks,
            explainers: self.explainers,
            detached: TaskTracker::new(),
            hurry: CancellationToken::new(),
        }))
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("name", &self.name).field("routes", &self.routes).finish_non_exhaustive()
    }
}
