//! Who called the verb whose future is polled here and now: for logs and listeners, which see nothing but the statement.

use std::cell::Cell;
use std::panic::Location;

thread_local! {
    static CALLER: Cell<Option<&'static Location<'static>>> = const { Cell::new(None) };
}

/// The line of the program that runs the present statement, if a verb does: `src/main.rs:12:34`.
pub fn caller() -> Option<&'static Location<'static>> {
    CALLER.get()
}

/// Says who calls, until it is dropped.
pub(crate) struct Calling(Option<&'static Location<'static>>);

impl Calling {
    pub(crate) fn by(location: &'static Location<'static>) -> Self {
        Self(CALLER.replace(Some(location)))
    }
}

impl Drop for Calling {
    fn drop(&mut self) {
        CALLER.set(self.0);
    }
}
