//! `Site`: what every request knows of the application that answers it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::route::Table;

/// An application, seen from a request.
pub(crate) struct Site {
    pub(crate) table: Table,
    pub(super) handler_timeout: Option<Duration>,
    hurried: AtomicBool,
}

impl Site {
    pub(crate) fn new(table: Table, handler_timeout: Option<Duration>) -> Self {
        Self { table, handler_timeout, hurried: AtomicBool::new(false) }
    }

    /// Notes that the server waits for no request any longer.
    pub(crate) fn hurry(&self) {
        self.hurried.store(true, Ordering::Release);
    }

    pub(super) fn is_hurried(&self) -> bool {
        self.hurried.load(Ordering::Acquire)
    }
}
