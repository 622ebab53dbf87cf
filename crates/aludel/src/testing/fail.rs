//! How a test fails that cannot begin: by a panic. It is the only place of the crate that does.

use std::fmt::Debug;

/// Fails the test.
#[track_caller]
#[allow(clippy::panic, reason = "a test has no other way to say that it has failed")]
pub(super) fn fail(error: impl Debug) -> ! {
    panic!("the test cannot start: {error:?}")
}
