//! The end of a request: its resource is ended, then the teardown hooks run, the last registered first.

use std::sync::Arc;

use http::StatusCode;

use crate::error::Failure;
use crate::message::Response;
use crate::request::RequestInfo;

use super::answer::Unhandled;
use super::guard::{guarded, guarded_call};
use super::hooks::TeardownHook;
use super::shared::Shared;

/// Ends the resource of a request.
pub(super) fn end_resource(info: &RequestInfo, answer: Option<StatusCode>) {
    let Some(resource) = info.any_resource() else { return };
    if let Err(error) = guarded_call(|| info.within(|| resource.end(answer))) {
        tracing::error!(request = %info.id(), "while a resource was ended: {error}");
    }
}

/// Runs the teardown hooks, and gives the answer back. Nothing in one of them stops the next.
pub(super) async fn tear_down(shared: Arc<Shared>, info: RequestInfo, mut response: Response) -> Response {
    let unhandled = response.extensions_mut().remove().map(|Unhandled(error)| error);
    for hook in shared.teardown_hooks.iter().rev() {
        run(hook, &info, unhandled.clone()).await;
    }
    response
}

async fn run(hook: &TeardownHook, info: &RequestInfo, unhandled: Option<Arc<Failure>>) {
    match guarded(async { hook(info.clone(), unhandled).await }).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(request = %info.id(), "a teardown hook failed: {error}"),
        Err(error) => tracing::error!(request = %info.id(), "in a teardown hook: {error}"),
    }
}
