//! The end of a request: its resources are resolved, then the teardown hooks run, the last registered first.

use std::sync::Arc;

use crate::error::Failure;
use crate::message::Response;
use crate::request::RequestInfo;
use crate::scope::Resource;

use super::answer::Unhandled;
use super::guard::guarded;
use super::hooks::TeardownHook;
use super::shared::Shared;

/// Runs all that has to run after an answer, and gives the answer back. Nothing in it stops the next.
pub(super) async fn wind_up(shared: Arc<Shared>, resources: Vec<Box<dyn Resource>>, info: RequestInfo, mut response: Response) -> Response {
    for resource in resources.into_iter().rev() {
        if let Err(error) = guarded(async { resource.resolve().await }).await {
            tracing::error!(request = %info.id(), "while a resource was resolved: {error}");
        }
    }
    let unhandled = response.extensions_mut().remove().map(|Unhandled(error)| error);
    for hook in shared.teardown_hooks.iter().rev() {
        tear_down(hook, &info, unhandled.clone()).await;
    }
    response
}

async fn tear_down(hook: &TeardownHook, info: &RequestInfo, unhandled: Option<Arc<Failure>>) {
    match guarded(async { hook(info.clone(), unhandled).await }).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(request = %info.id(), "a teardown hook failed: {error}"),
        Err(error) => tracing::error!(request = %info.id(), "in a teardown hook: {error}"),
    }
}
