//! `Level`: a nested transaction as its connection knows it.

/// How deep it is, and whether the database knows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Level {
    /// Counted from 1.
    pub(super) depth: u32,
    /// Whether a savepoint stands for it. There is none if the transaction had not begun in the database by then: going back
    /// to it is rolling back.
    pub(super) is_set: bool,
}

impl Level {
    /// The outer one of both.
    pub(super) fn outer(self, other: Option<Self>) -> Self {
        other.filter(|other| other.depth < self.depth).unwrap_or(self)
    }
}
