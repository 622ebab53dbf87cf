//! One step of a request, from an await to the next, within what belongs to it: the current request and its resource's own.

use std::sync::Arc;

use crate::error::Panicked;
use crate::request::RequestInfo;

use super::guard::guarded_call;

/// Runs a step, and turns its panic into an error.
pub(super) fn step<T>(info: &RequestInfo, run: impl FnOnce() -> T) -> Result<T, Panicked> {
    let done = guarded_call(|| {
        info.within(|| {
            let Some(resource) = info.any_resource() else { return Some(run()) };
            let (mut run, mut done) = (Some(run), None);
            Arc::clone(resource).around(&mut || done = run.take().map(|run| run()));
            done
        })
    });
    done?.ok_or_else(|| Panicked { message: "the request's resource does not call the step that it is given".to_owned(), place: None })
}
