//! The request that the running task answers, as a task-local: for code that has no argument to get it by.

use std::future::Future;
use std::sync::Arc;

use crate::scope::Resource;

use super::info::RequestInfo;

tokio::task_local! {
    static CURRENT: RequestInfo;
}

impl RequestInfo {
    /// Returns the request that this task answers.
    ///
    /// It is there in handlers, error handlers and teardown hooks; not in tasks that these spawn, which are no longer
    /// the request's.
    #[must_use]
    pub fn current() -> Option<Self> {
        Self::with_current(Self::clone)
    }

    /// Returns the resource of the request that this task answers, if it has one and that is an `R`.
    #[must_use]
    pub fn current_resource<R: Resource>() -> Option<Arc<R>> {
        Self::with_current(Self::resource)?
    }

    /// Shows the current request to `see`; none outside of one.
    pub(super) fn with_current<T>(see: impl FnOnce(&Self) -> T) -> Option<T> {
        CURRENT.try_with(see).ok()
    }

    /// Runs a future with this as the current request.
    pub(crate) fn scope<F: Future>(self, future: F) -> impl Future<Output = F::Output> + use<F> {
        CURRENT.scope(self, future)
    }

    /// Runs a function with this as the current request.
    pub(crate) fn within<T>(&self, run: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self.clone(), run)
    }
}
