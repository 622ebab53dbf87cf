//! What lives as long as a request and is no part of the web: another wing's session, opened before the handler and
//! ended after it, whatever happens in between.

use std::any::Any;
use std::sync::Arc;

use http::StatusCode;

/// Opens a [`Resource`] for each request.
pub trait Scope: Send + Sync + 'static {
    /// Opens what the request may use, which finds it by [`RequestInfo::resource`](crate::RequestInfo::resource).
    ///
    /// Called for every request, also one that no rule matches: it must cost next to nothing until it is used.
    fn open(&self) -> Arc<dyn Resource>;
}

/// What lives as long as a request.
pub trait Resource: Any + Send + Sync {
    /// Goes on with the request by one step, from an await to the next: the handler, the error handlers, and their drop. Has to
    /// call `step` once, within whatever they are to find around them, such as a task-local.
    fn around(self: Arc<Self>, step: &mut dyn FnMut()) {
        step();
    }

    /// Ends it: called once, after the handler and the error handlers are done or dropped, before the teardown hooks,
    /// also after a panic and after the client went away. The status of the answer is none if the handler was dropped.
    /// Its panics are logged and change nothing.
    fn end(&self, answer: Option<StatusCode>);
}
