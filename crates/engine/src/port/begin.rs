//! How a transaction begins, its savepoints, and what may have become of it.

use std::fmt;

/// How a transaction begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Begin {
    /// Whether it gets the database's write lock now, where the database has only one.
    pub immediate: bool,
    /// What it sees of others; the database's default without one.
    pub isolation: Option<Isolation>,
    /// Whether it may only read.
    pub read_only: bool,
}

/// What a transaction sees of others that run at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolation {
    /// Each statement sees what is committed when it begins.
    ReadCommitted,
    /// All statements see what was committed when the first one began.
    RepeatableRead,
    /// As if all transactions ran one after another.
    Serializable,
}

impl Begin {
    /// As one that will write: it gets the database's write lock now, where the database has only one.
    pub const IMMEDIATE: Self = Self { immediate: true, isolation: None, read_only: false };

    /// Whether each statement may see what is committed meanwhile, so that nothing need begin before the first write.
    pub(crate) fn is_plain(self) -> bool {
        !self.immediate && !self.read_only && matches!(self.isolation, None | Some(Isolation::ReadCommitted))
    }

    /// Says what it sees of others.
    #[must_use]
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    /// Says that it only reads.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }
}

/// As standard SQL has it.
impl fmt::Display for Isolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReadCommitted => "READ COMMITTED",
            Self::RepeatableRead => "REPEATABLE READ",
            Self::Serializable => "SERIALIZABLE",
        })
    }
}

/// What became of a transaction whose COMMIT was not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CommitOutcome {
    /// It is committed.
    Committed,
    /// Nothing of it is there, nor will be.
    RolledBack,
    /// The server has not ended it yet: it is to be asked again.
    InProgress,
    /// The database cannot tell, or does not know any more.
    Unknown,
}

/// A step of a savepoint, which is known by its depth, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Savepoint {
    /// Sets it.
    Set(u32),
    /// Lets go of it; what came after it stays.
    Release(u32),
    /// Takes back what came after it, and keeps it.
    RollBack(u32),
}

/// As standard SQL has it.
impl fmt::Display for Savepoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(depth) => write!(f, "SAVEPOINT aludel_{depth}"),
            Self::Release(depth) => write!(f, "RELEASE SAVEPOINT aludel_{depth}"),
            Self::RollBack(depth) => write!(f, "ROLLBACK TO SAVEPOINT aludel_{depth}"),
        }
    }
}
