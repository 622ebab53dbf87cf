//! `PoolOptions`: how many connections, for how long, and how long one waits for one.

use std::time::Duration;

/// How many connections an engine has, how long it keeps them, and how long one waits for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolOptions {
    /// How many connections are kept; at least one.
    pub size: usize,
    /// How many there may be besides, while they are needed; they are closed when they come back and are not.
    pub overflow: usize,
    /// How long a caller waits for a connection before it gets an error.
    pub wait: Duration,
    /// The greatest age of a connection: an older one is replaced before it is lent. Without one they live as long as they can.
    pub recycle: Option<Duration>,
    /// After how much idleness the server is asked whether it still answers, before the connection is lent.
    pub ping_after: Duration,
    /// How long that answer may take; a connection without one is closed, and another one is opened.
    pub ping_wait: Duration,
    /// How long a server of the network may say nothing to a statement before it is asked, over another connection, whether it is
    /// at work on it, and how long it may take to say so; then the connection is closed.
    pub silence: Duration,
    /// Which of the idle connections is lent first.
    pub order: PoolOrder,
    /// Whether each transaction that writes leaves a row by which [`Engine::resolve_commit`](crate::Engine::resolve_commit) finds
    /// out what became of it, see [`commit_tokens`](PoolOptions::commit_tokens()).
    pub commit_tokens: bool,
}

/// Which of the idle connections is lent first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PoolOrder {
    /// The one that came back last, so that few stay warm.
    #[default]
    LastIn,
    /// The one that has been idle longest, so that all are used alike.
    FirstIn,
}

impl Default for PoolOptions {
    /// Ten connections and none besides, five seconds, no greatest age; a ping of a second at most after half a minute; five
    /// seconds in all until a server that is gone is an error.
    fn default() -> Self {
        Self {
            size: 10,
            overflow: 0,
            wait: Duration::from_secs(5),
            recycle: None,
            ping_after: Duration::from_secs(30),
            ping_wait: Duration::from_secs(1),
            // It is asked once more, and what is on its way then has a quarter of a second: five in all.
            silence: Duration::from_millis(2375),
            order: PoolOrder::default(),
            commit_tokens: false,
        }
    }
}

impl PoolOptions {
    /// Sets how many connections are kept; 0 counts as 1.
    #[must_use]
    pub fn size(mut self, connections: usize) -> Self {
        self.size = connections.max(1);
        self
    }

    /// Sets how many there may be besides.
    #[must_use]
    pub fn overflow(mut self, connections: usize) -> Self {
        self.overflow = connections;
        self
    }

    /// Sets how long a caller waits for a connection.
    #[must_use]
    pub fn wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// Sets the greatest age of a connection.
    #[must_use]
    pub fn recycle(mut self, age: Duration) -> Self {
        self.recycle = Some(age);
        self
    }

    /// Sets after how much idleness the server is asked whether it still answers; zero asks each time.
    #[must_use]
    pub fn ping_after(mut self, idle: Duration) -> Self {
        self.ping_after = idle;
        self
    }

    /// Sets how long the answer to that question may take.
    #[must_use]
    pub fn ping_wait(mut self, wait: Duration) -> Self {
        self.ping_wait = wait;
        self
    }

    /// Sets how long a server may say nothing before it is asked whether it is at work, and how long it may take to say so.
    #[must_use]
    pub fn silence(mut self, silence: Duration) -> Self {
        self.silence = silence;
        self
    }

    /// Sets which of the idle connections is lent first.
    #[must_use]
    pub fn order(mut self, order: PoolOrder) -> Self {
        self.order = order;
        self
    }

    /// Lets each transaction that writes leave a row in the table `aludel_commits`, so that
    /// [`Engine::resolve_commit`](crate::Engine::resolve_commit) can tell what became of one whose commit was not answered: on MariaDB
    /// and MySQL, which cannot tell without it, and on PostgreSQL, where its answer then holds whatever has happened to the server.
    ///
    /// It costs one statement more before each such commit, there and back, and a row of 36 bytes with its key; a write by itself
    /// becomes a transaction, with three statements around it. The table is made when it is missing. Rows are deleted after a day, by
    /// the clock of the database: who asks after 23 hours is told [`CommitOutcome::Unknown`](crate::CommitOutcome::Unknown) where no
    /// row is found, also if the clock of the program that wrote it was so far behind.
    #[must_use]
    pub fn commit_tokens(mut self) -> Self {
        self.commit_tokens = true;
        self
    }

    /// How many there may be at most.
    pub(crate) fn most(&self) -> usize {
        self.size + self.overflow
    }
}
