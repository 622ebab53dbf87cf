//! Keeps a panic within the piece of work that made it.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt;

use crate::error::Panicked;

/// Runs a future and turns its panic into an error.
pub(super) async fn guarded<T>(future: impl Future<Output = T>) -> Result<T, Panicked> {
    AssertUnwindSafe(future).catch_unwind().await.map_err(panicked)
}

/// Runs a function and turns its panic into an error.
pub(super) fn guarded_call<T>(call: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(call)).map_err(panicked)
}

/// Drops what may panic in its `drop`, and logs it if it does.
pub(super) fn guarded_drop<T>(value: T) {
    if let Err(error) = guarded_call(|| drop(value)) {
        tracing::error!("while a handler was dropped: {error}");
    }
}

fn panicked(payload: Box<dyn Any + Send>) -> Panicked {
    let text = payload.downcast_ref::<String>().cloned();
    let text = text.or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string));
    Panicked { message: text.unwrap_or_else(|| "no message".into()) }
}
