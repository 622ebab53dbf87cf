//! `Backend`: the driver and the texts that were written for it, shared by an engine and its connections.

use std::sync::Arc;
use std::time::Duration;

use aludel_sql::{Dialect, Shape, Statement};

use crate::events::Events;
use crate::port::{Compiler, Driver, Job};

/// What statements are written for and sent to.
pub(super) struct Backend {
    pub(super) driver: Arc<dyn Driver>,
    compiler: Compiler,
    pub(super) events: Arc<Events>,
    /// How long a server may say nothing before it is asked whether it is at work.
    pub(super) silence: Duration,
}

impl Backend {
    pub(super) fn new(driver: Arc<dyn Driver>, (events, silence): (Arc<Events>, Duration)) -> Self {
        Self { driver, compiler: Compiler::default(), events, silence }
    }

    pub(super) fn dialect(&self) -> &dyn Dialect {
        self.driver.dialect()
    }

    /// A statement on its way.
    #[inline]
    pub(super) fn job<'s>(&'s self, statement: &'s Statement, shape: &'s Shape<'_>) -> Job<'s> {
        Job::new(statement, shape, &self.compiler)
    }
}
