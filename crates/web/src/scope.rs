//! What lives as long as a request and is no part of the web: another wing's session, opened before the handler and
//! resolved after it, whatever happens in between.

use http::request::Parts;

use crate::message::{BoxFuture, Response};

/// Opens a [`Resource`] for each request.
pub trait Scope: Send + Sync + 'static {
    /// Opens what the request may use; it may leave a handle to it in the request's extensions.
    ///
    /// Called for every request, also one that no rule matches: it must cost next to nothing until it is used.
    fn open(&self, parts: &mut Parts) -> Box<dyn Resource>;
}

/// What lives as long as a request.
pub trait Resource: Send {
    /// Wraps the finding of the route, the handler and the error handlers, for a task-local or a span.
    fn around(&mut self, answer: BoxFuture<'static, Response>) -> BoxFuture<'static, Response> {
        answer
    }

    /// Ends it: called once, after the handler and the error handlers are done or dropped, before the teardown hooks,
    /// also after a panic and after the client went away. Its panics are logged and change nothing.
    fn resolve(self: Box<Self>) -> BoxFuture<'static, ()>;
}
