//! `Flush`: what the steps of one flush share.

use std::collections::HashSet;

use aludel_engine::Connection;

use super::journal::Journal;
use super::order::Plan;
use crate::arena::Arenas;

/// A flush that runs.
pub(super) struct Flush<'f> {
    pub(super) arenas: &'f mut Arenas,
    pub(super) connection: &'f mut Connection,
    /// In which order tables and their rows are written.
    pub(super) plan: Plan,
    /// What was written into memory on the way.
    pub(super) journal: Journal,
    /// The objects that are inserted already, as far as any reference could point at them: arena and slot.
    pub(super) inserted: HashSet<(usize, u32), foldhash::fast::RandomState>,
}

impl<'f> Flush<'f> {
    pub(super) fn new(arenas: &'f mut Arenas, connection: &'f mut Connection) -> Self {
        let plan = Plan::of(arenas.all());
        Self { arenas, connection, plan, journal: Journal::default(), inserted: HashSet::default() }
    }

    /// Takes back what was written into memory.
    pub(super) fn revert(self) {
        self.journal.revert(self.arenas);
    }
}
