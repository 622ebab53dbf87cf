//! The nested transactions of one model's objects: as what each object is found again when one of them is taken back.

use std::collections::BTreeMap;

use aludel_sql::Model;

use super::before::{Before, Level, Row, kept, row_of};
use super::typed::Arena;

impl<M: Model> Arena<M> {
    pub(super) fn open_one(&mut self) {
        self.levels.push(Level { before: BTreeMap::new(), written: self.written.len() });
    }

    /// Keeps what was done at the depths beyond this one, as a part of it.
    pub(super) fn close_to(&mut self, depth: usize) {
        while self.levels.len() > depth {
            let Some(closed) = self.levels.pop() else { return };
            // What the outer one remembers is older.
            let Some(outer) = self.levels.last_mut() else { continue };
            for (at, before) in closed.before {
                outer.before.entry(at).or_insert(before);
            }
        }
    }

    /// Takes back what was done at the depths beyond this one.
    pub(super) fn back_to(&mut self, depth: usize) {
        if self.levels.len() <= depth {
            return;
        }
        self.drop_unflushed();
        while self.levels.len() > depth {
            let Some(level) = self.levels.pop() else { return };
            level.before.into_iter().for_each(|(at, before)| self.bring_back(at, before));
            self.written.truncate(level.written);
        }
    }

    /// Forgets what no flush has written: nothing was pending, touched or doomed when a nested transaction began.
    fn drop_unflushed(&mut self) {
        for at in std::mem::take(&mut self.pending) {
            self.vacate(at);
        }
        let mut touched = std::mem::take(&mut self.touched);
        touched.append(&mut self.doomed);
        for at in touched {
            let slot = &mut self.slots[at as usize];
            if let Some(base) = slot.base.take() {
                slot.current = Some(*base);
            }
            slot.state = kept(slot.state);
        }
    }

    fn bring_back(&mut self, at: u32, before: Before<M>) {
        let Some(before) = before else {
            self.forget_key(at);
            return self.vacate(at);
        };
        let key = self.base(at).key();
        let slot = &mut self.slots[at as usize];
        (slot.current, slot.base, slot.state) = (Some(*before.row), None, before.state);
        if !before.has_undo {
            slot.undo = None;
        }
        self.rekey(Some(key), at);
    }

    /// Remembers that an object is of the innermost nested transaction.
    pub(super) fn note_new(&mut self, at: u32) {
        if let Some(level) = self.levels.last_mut() {
            level.before.entry(at).or_insert(None);
        }
    }

    /// Remembers the row of an object that is to be written or read anew, as it was when the innermost nested transaction began.
    pub(super) fn note_row(&mut self, at: u32) {
        let Some(level) = self.levels.last_mut() else { return };
        let slot = &self.slots[at as usize];
        if let Some(row) = row_of(slot) {
            let (state, has_undo) = (kept(slot.state), slot.undo.is_some());
            level.before.entry(at).or_insert_with(|| Some(Row { state, row: Box::new(row.duplicate()), has_undo }));
        }
    }
}
