//! `PoolStats`: how a pool stands.

/// How a pool stands at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolStats {
    /// How many connections there may be.
    pub most: usize,
    /// How many are open and lent to nobody.
    pub idle: usize,
    /// How many could be lent at once, opened or yet to be opened.
    pub free: usize,
    /// How many wait for one.
    pub waiting: usize,
    /// How many were opened so far.
    pub opened: u64,
    /// How many of them were closed.
    pub closed: u64,
    /// Who holds one across awaits: who, how long, and since which statement.
    pub holders: Vec<String>,
}
