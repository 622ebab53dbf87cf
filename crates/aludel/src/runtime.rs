//! The runtime that `#[aludel::main]` and `#[aludel::test]` build: several threads, marked as those that may hand
//! their tasks over while a statement runs long.

use std::future::Future;
use std::time::Duration;

use aludel_engine::worker;

/// How long the end of a program waits for its threads. What a thread is at cannot be stopped from outside: a handler that
/// was given up would keep the process for ever.
const LAST_WAIT: Duration = Duration::from_secs(5);

/// Runs a future on a runtime of its own. Tasks that are at work when it is done are stopped at their next await; blocking
/// work has five seconds to end.
///
/// # Panics
/// If the operating system gives no threads.
#[allow(clippy::expect_used, reason = "there is no program without a runtime, and nobody to return an error to")]
pub fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = worker::builder().build().expect("invariant: the system gives a process threads and an event queue");
    let output = runtime.block_on(future);
    runtime.shutdown_timeout(LAST_WAIT);
    output
}
