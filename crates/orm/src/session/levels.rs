//! The savepoints of a session that are open.

use std::sync::Arc;

/// A savepoint as its session knows it.
pub(super) struct Level {
    /// Shared with the savepoint alone.
    pub(super) mark: Arc<()>,
    /// Whether the database knows of it. It does not where its transaction begins with the first write: going back is rolling back then.
    pub(super) is_set: bool,
}

/// The savepoints of a session that are open, and what the database has not heard of yet.
#[derive(Default)]
pub(super) struct Nested {
    /// The outermost first.
    pub(super) levels: Vec<Level>,
    /// The memory has gone back to a savepoint of this depth, the database has not.
    pub(super) behind: Option<(u32, bool)>,
}

impl Nested {
    /// Whether there is nothing to look after.
    pub(super) fn is_idle(&self) -> bool {
        self.levels.is_empty() && self.behind.is_none()
    }

    pub(super) fn depth(&self) -> u32 {
        self.levels.len().try_into().unwrap_or(u32::MAX)
    }
}

/// The depth of the savepoint at this place.
pub(super) fn depth_of(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1)
}
