//! `PoolOptions`: how many connections, and how long one waits for one.

use std::time::Duration;

/// How many connections an engine has, and how long one waits for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolOptions {
    /// The greatest number of open connections; at least one.
    pub size: usize,
    /// How long a caller waits for a connection before it gets an error.
    pub wait: Duration,
}

impl Default for PoolOptions {
    /// Ten connections, five seconds.
    fn default() -> Self {
        Self { size: 10, wait: Duration::from_secs(5) }
    }
}

impl PoolOptions {
    /// Sets the greatest number of open connections; 0 counts as 1.
    #[must_use]
    pub fn size(mut self, connections: usize) -> Self {
        self.size = connections.max(1);
        self
    }

    /// Sets how long a caller waits for a connection.
    #[must_use]
    pub fn wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }
}
