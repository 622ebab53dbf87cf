//! Values that are known again wherever they are said, and the look for them in an error.

use aludel_sql::Error;

/// A text that must not be found in any message.
pub const CANARY: &str = "tweety-4711";
/// A number that must not be either.
pub const NUMBER: i64 = 1_471_100_815;

/// An error says neither, whichever way it is shown; its [`detail`](Error::detail) is the database's own word, and shown on request alone.
///
/// # Panics
/// If it does.
#[track_caller]
pub fn check_silent(error: &Error) {
    let mut all = format!("{error} {error:#?} {:?}", error.kind());
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        all.push_str(&format!(" {error} {error:?}"));
        cause = error.source();
    }
    assert!(!all.contains("tweety") && !all.contains("4711"), "a value is in the message: {all}");
}
