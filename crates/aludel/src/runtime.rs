//! The runtime that `#[aludel::main]` and `#[aludel::test]` build: several threads, marked as those that may hand
//! their tasks over while a statement runs long.

use std::future::Future;

use aludel_engine::worker;

/// Runs a future on a runtime of its own.
///
/// # Panics
/// If the operating system gives no threads.
#[allow(clippy::expect_used, reason = "there is no program without a runtime, and nobody to return an error to")]
pub fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = worker::builder().build().expect("invariant: the system gives a process threads and an event queue");
    runtime.block_on(future)
}
