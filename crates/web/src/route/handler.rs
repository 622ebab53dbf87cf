//! A route: a method, a rule and the handler that answers them.

use std::any::TypeId;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use axum_core::response::IntoResponse;
use http::Method;

use crate::error::{Failure, reply};
use crate::message::{BoxFuture, Request, Response};

use super::endpoint::{Endpoint, Param};

type Call = dyn Fn(Request) -> BoxFuture<'static, Result<Response, Failure>> + Send + Sync;

/// A method, a rule and the handler that answers them.
///
/// ```
/// use aludel_web::{App, Client, Failure, Method, Request, Route, path_param};
///
/// async fn hello(request: Request) -> Result<String, Failure> {
///     let (parts, _body) = request.into_parts();
///     Ok(format!("Hello, {}!", path_param::<String>(&parts, "name")?))
/// }
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let app = App::new("hello").routes([Route::new(Method::GET, "/hello/{name}", "hello", hello)]);
/// let page = Client::new(app.build()?).get("/hello/Ann").await;
/// page.assert_status(200).assert_contains("Hello, Ann!");
/// # Ok(())
/// # }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(example()).unwrap();
/// ```
#[derive(Clone)]
pub struct Route {
    method: Result<Method, &'static str>,
    rule: String,
    endpoint: Arc<str>,
    place: Option<(&'static str, u32)>,
    params: Option<&'static [Param]>,
    kind: Option<TypeId>,
    call: Arc<Call>,
}

impl Route {
    /// Makes a route without a macro; its parameters take every text.
    ///
    /// `endpoint` is the name by which addresses are made at run time and which logs show.
    #[track_caller]
    pub fn new<F, Fut>(method: Method, rule: impl Into<String>, endpoint: impl AsRef<str>, handler: F) -> Self
    where
        F: Fn(Request) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoResponse> + Send + 'static,
    {
        let here = Location::caller();
        Self {
            method: Ok(method),
            rule: rule.into(),
            endpoint: endpoint.as_ref().into(),
            place: Some((here.file(), here.line())),
            params: None,
            kind: None,
            call: call(handler),
        }
    }

    /// Makes the route of a handler that has an attribute such as `#[get("/")]`.
    #[must_use]
    pub fn of<E: Endpoint>() -> Self {
        Self {
            method: Method::from_bytes(E::METHOD.as_bytes()).map_err(|_| E::METHOD),
            rule: E::PATH.to_owned(),
            endpoint: E::NAME.into(),
            place: E::PLACE,
            params: Some(E::PARAMS),
            kind: Some(TypeId::of::<E>()),
            call: Arc::new(E::call),
        }
    }

    /// Mounts it under a prefix such as `/admin`: `/` becomes `/admin/`, `/{id}` becomes `/admin/{id}`.
    #[must_use]
    pub fn prefix(mut self, prefix: &str) -> Self {
        self.rule = format!("{}{}", prefix.trim_end_matches('/'), self.rule);
        self
    }

    /// Gives it another endpoint name, such as `admin.index` for the `index` of a blueprint.
    #[must_use]
    pub fn named(mut self, endpoint: impl AsRef<str>) -> Self {
        self.endpoint = endpoint.as_ref().into();
        self
    }

    /// Returns the method as it was given.
    #[must_use]
    pub fn method(&self) -> &str {
        match &self.method {
            Ok(method) => method.as_str(),
            Err(text) => text,
        }
    }

    /// Returns the rule, with its prefix.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// Returns the endpoint's name.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Returns the file and line where it is written.
    #[must_use]
    pub fn place(&self) -> Option<(&'static str, u32)> {
        self.place
    }

    pub(super) fn endpoint_name(&self) -> &Arc<str> {
        &self.endpoint
    }

    /// Returns the method, or none if the text that an endpoint gave for it is no method's name.
    pub(super) fn http_method(&self) -> Option<&Method> {
        self.method.as_ref().ok()
    }

    pub(super) fn params(&self) -> Option<&'static [Param]> {
        self.params
    }

    pub(super) fn kind(&self) -> Option<TypeId> {
        self.kind
    }

    pub(crate) fn call(&self, request: Request) -> BoxFuture<'static, Result<Response, Failure>> {
        (self.call)(request)
    }
}

/// Erases a handler's type. The handler is called when its answer is first polled, within the request's life.
fn call<F, Fut>(handler: F) -> Arc<Call>
where
    F: Fn(Request) -> Fut + Send + Sync + 'static,
    Fut: Future<Output: IntoResponse> + Send + 'static,
{
    let handler = Arc::new(handler);
    Arc::new(move |request| {
        let handler = handler.clone();
        Box::pin(async move { reply(handler(request).await) })
    })
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Route({} {} -> {})", self.method(), self.rule, self.endpoint)
    }
}
