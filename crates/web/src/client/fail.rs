//! How the test client fails: by a panic at the line of the test. It is the only place of the crate that does.

use std::fmt::Display;

/// Fails the test.
#[track_caller]
#[allow(clippy::panic, reason = "an assertion of a test has no other way to say that it does not hold")]
pub(super) fn fail(message: impl Display) -> ! {
    panic!("{message}")
}
