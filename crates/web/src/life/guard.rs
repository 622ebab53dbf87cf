//! Keeps a panic within the piece of work that made it.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use crate::error::Panicked;

use super::panic_hook;

/// Runs a future and turns its panic into an error.
pub(super) async fn guarded<T>(future: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut future = pin!(future);
    poll_fn(|cx| match guarded_call(|| future.as_mut().poll(cx)) {
        Ok(poll) => poll.map(Ok),
        Err(panicked) => Poll::Ready(Err(panicked)),
    })
    .await
}

/// Runs a function and turns its panic into an error.
pub(super) fn guarded_call<T>(call: impl FnOnce() -> T) -> Result<T, Panicked> {
    panic_hook::forget();
    catch_unwind(AssertUnwindSafe(call)).map_err(panicked)
}

fn panicked(payload: Box<dyn Any + Send>) -> Panicked {
    let text = payload.downcast_ref::<String>().cloned();
    let text = text.or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string));
    Panicked { message: text.unwrap_or_else(|| "no message".into()), place: panic_hook::take() }
}
