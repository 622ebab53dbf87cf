//! `Backend`: the driver and the texts that were written for it, shared by an engine and its connections.

use std::sync::Arc;
use std::time::Duration;

use aludel_sql::{Dialect, Shape, Statement};

use crate::events::Events;
use crate::port::{Compiler, Driver, Job, PoolOptions};

/// What statements are written for and sent to.
pub(super) struct Backend {
    pub(super) driver: Arc<dyn Driver>,
    compiler: Compiler,
    pub(super) events: Arc<Events>,
    /// How long a server may say nothing before it is asked whether it is at work.
    pub(super) silence: Duration,
    /// Whether transactions that write leave a row by which they are known.
    pub(super) commit_tokens: bool,
    pub(super) commits: Commits,
}

/// What is known of the commits that leave a row.
#[derive(Debug, Default)]
pub(super) struct Commits {
    /// Whether the table of the rows is there.
    pub(super) table: tokio::sync::OnceCell<()>,
    pub(super) count: std::sync::atomic::AtomicU64,
}

impl Backend {
    pub(super) fn new(driver: Arc<dyn Driver>, events: Arc<Events>, options: &PoolOptions) -> Self {
        // An embedded database tells at once.
        let commit_tokens = options.commit_tokens && driver.is_remote();
        Self { driver, compiler: Compiler::default(), events, silence: options.silence, commit_tokens, commits: Commits::default() }
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
