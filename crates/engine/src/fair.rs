//! Turns: statements of an embedded database need no wait, so that a loop of them would keep its thread from every other
//! task for ever, and could not be dropped. After a while of them the one who asks yields.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// After so many statements the clock is looked at, which costs a good part of what a short one does.
const STATEMENTS: u32 = 32;

/// How long a turn is.
const TURN: Duration = Duration::from_millis(1);

thread_local! {
    static LEFT: Cell<u32> = const { Cell::new(STATEMENTS) };
    static BEGUN: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Counts a statement of this thread; `true` when the turn is over, until somebody [yields](give_way).
pub(crate) fn is_over() -> bool {
    let left = LEFT.get();
    if left > 1 {
        LEFT.set(left - 1);
        return false;
    }
    match BEGUN.get() {
        // Nothing is set: the next statement asks again.
        Some(begun) if begun.elapsed() >= TURN => return true,
        Some(_) => {}
        None => BEGUN.set(Some(Instant::now())),
    }
    LEFT.set(STATEMENTS);
    false
}

/// Counts a statement, and lets other tasks run if the turn is over.
pub(crate) async fn give_way() {
    if is_over() {
        LEFT.set(STATEMENTS);
        BEGUN.set(None);
        tokio::task::yield_now().await;
    }
}
