//! The request that the running task answers, as a task-local: for code that has no argument to get it by.

use std::future::Future;
use std::sync::Arc;

use crate::route::Table;

use super::info::RequestInfo;

tokio::task_local! {
    static CURRENT: Current;
}

/// What is known wherever a request is being answered.
#[derive(Clone)]
pub(crate) struct Current {
    pub(crate) info: RequestInfo,
    pub(crate) table: Arc<Table>,
}

impl Current {
    /// Runs a future with this as the current request.
    pub(crate) fn scope<F: Future>(self, future: F) -> impl Future<Output = F::Output> + use<F> {
        CURRENT.scope(self, future)
    }

    /// Shows the current request to `see`; none outside of one.
    pub(crate) fn with<T>(see: impl FnOnce(&Self) -> T) -> Option<T> {
        CURRENT.try_with(see).ok()
    }
}

impl RequestInfo {
    /// Returns the request that this task answers.
    ///
    /// It is there in handlers, error handlers and teardown hooks; not in tasks that these spawn, which are no longer
    /// the request's.
    #[must_use]
    pub fn current() -> Option<Self> {
        Current::with(|current| current.info.clone())
    }
}
