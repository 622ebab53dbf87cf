//! Which threads may hand their other tasks over while an embedded database's statement runs long.
//!
//! `block_in_place` does that, but it panics on a current-thread runtime and inside a `LocalSet`, and no public
//! call tells whether it would. So it is made on threads that are known to be workers of a multi-thread runtime:
//! those that a runtime built with [`builder`] has marked, those that [`mark`] has, and those that carry tokio's own name for
//! its workers. A thread that is no worker has no other tasks to hand over.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Once;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, RuntimeFlavor};

/// What is known of this thread.
#[derive(Clone, Copy, PartialEq)]
enum Known {
    /// Nothing was tried yet.
    Nothing,
    /// The thread serves a multi-thread runtime that we built.
    Worker,
    /// An attempt has failed, or the thread is none of a runtime's.
    Never,
}

thread_local! {
    static THREAD: Cell<Known> = const { Cell::new(Known::Nothing) };
}

/// Returns the builder of a multi-thread runtime whose threads are marked.
pub fn builder() -> Builder {
    let mut builder = Builder::new_multi_thread();
    builder.enable_all().on_thread_start(mark);
    builder
}

/// Marks this thread as a worker of a multi-thread runtime: for a runtime that gives its threads names of its own, from
/// [`Builder::on_thread_start`].
///
/// ```
/// let runtime = tokio::runtime::Builder::new_multi_thread()
///     .thread_name("api")
///     .on_thread_start(aludel_engine::worker::mark)
///     .build()?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn mark() {
    THREAD.set(Known::Worker);
}

/// Hands the other tasks of this worker to another thread, if this is a worker; costs nothing where it is none.
///
/// To be called again and again while a statement runs: after a single call the worker may take its tasks
/// back before another thread has woken up.
pub fn hand_off() {
    let _handed_over = attempt(|| {});
}

/// Sleeps, the other tasks of this worker handed over for all that time.
pub fn sleep(pause: Duration) {
    if !attempt(|| std::thread::sleep(pause)) {
        std::thread::sleep(pause);
    }
}

/// Makes a call that keeps its thread, such as one that waits for the disk, the other tasks of this worker handed over for all
/// that time.
pub fn blocking<T>(call: impl FnOnce() -> T) -> T {
    let mut call = Some(call);
    let mut ended = None;
    // A panic is the call's own, and no refusal to hand over.
    let _handed_over = attempt(|| ended = call.take().map(|call| catch_unwind(AssertUnwindSafe(call))));
    match (ended, call) {
        (Some(Ok(value)), _) => value,
        (Some(Err(panicked)), _) => resume_unwind(panicked),
        (None, call) => call.expect("invariant: taken out only where `ended` is set")(),
    }
}

fn may_hand_off() -> bool {
    match THREAD.get() {
        Known::Worker => on_multi_thread(),
        // Under `panic = "abort"` a refusal could not be caught, so that nothing is tried on a thread that we did not mark.
        Known::Nothing => cfg!(panic = "unwind") && tokios_name() && on_multi_thread(),
        Known::Never => false,
    }
}

/// Whether a task runs here, on a runtime that has several threads.
fn on_multi_thread() -> bool {
    tokio::task::try_id().is_some() && Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread)
}

fn tokios_name() -> bool {
    std::thread::current().name().is_some_and(|name| name.starts_with("tokio-r"))
}

/// Says once that statements stall the other tasks of a worker that nobody has marked.
fn warn_of_strangers() {
    static ONCE: Once = Once::new();
    if THREAD.get() == Known::Nothing && !ONCE.is_completed() && on_multi_thread() {
        ONCE.call_once(|| {
            tracing::warn!(
                target: "aludel::engine",
                thread = std::thread::current().name(),
                "a statement runs long, and the other tasks of this thread wait for it: it is not known for a worker. \
                 Use `#[aludel::main]`, or `on_thread_start(aludel::worker::mark)` with the runtime's builder"
            );
        });
    }
}

/// Makes the call while the other tasks are handed over; `false` if that cannot be done here: nothing is called then.
fn attempt(call: impl FnOnce()) -> bool {
    if !may_hand_off() {
        warn_of_strangers();
        return false;
    }
    let handed_over = catch_unwind(AssertUnwindSafe(|| tokio::task::block_in_place(call))).is_ok();
    if !handed_over {
        THREAD.set(Known::Never);
    }
    handed_over
}
