//! The arena of a model behind its face: what the unit of work asks of it, and what becomes of its objects when a
//! flush, a commit or a rollback has been.

use std::any::Any;

use aludel_sql::{Field, Mapping, Model, Result, RowRef, Target};

use super::face::{AnyArena, Fields, Tally};
use super::slot::State;
use super::typed::Arena;

impl<M: Model> AnyArena for Arena<M> {
    fn mapping(&self) -> &'static Mapping {
        M::mapping()
    }

    fn pending(&self) -> &[u32] {
        &self.pending
    }

    fn touched(&self) -> &[u32] {
        &self.touched
    }

    fn doomed(&self) -> &[u32] {
        &self.doomed
    }

    fn now(&self, slot: u32) -> &dyn Fields {
        self.current(slot)
    }

    fn field_mut(&mut self, slot: u32, at: usize) -> &mut dyn Field {
        self.current_mut(slot).field_mut(at)
    }

    fn row(&self, slot: u32) -> &dyn Fields {
        self.base(slot)
    }

    fn key(&self, slot: u32) -> Box<dyn Any + Send> {
        Box::new(self.current(slot).key())
    }

    fn describe(&self, slot: u32) -> String {
        let mapping = M::mapping();
        match mapping.generated().is_some_and(|at| self.base(slot).field(at).is_auto()) {
            true => format!("{}(new)", mapping.model),
            false => format!("{}({:?})", mapping.model, self.base(slot).key()),
        }
    }

    fn tally(&self) -> Tally {
        let mut all = [&*self.pending, &self.touched, &self.doomed, &self.written].concat();
        all.sort_unstable();
        all.dedup();
        let mut tally = Tally::default();
        for at in all {
            let slot = &self.slots[at as usize];
            match slot.state {
                State::Pending | State::Inserted => tally.added += 1,
                State::Persistent if slot.undo.is_some() || self.is_changed(at) => tally.changed += 1,
                State::Doomed { inserted: false } | State::Deleted { inserted: false } => tally.deleted += 1,
                State::Persistent | State::Vacant | State::Doomed { .. } | State::Deleted { .. } => {}
            }
        }
        tally
    }

    fn is_pending(&self, slot: u32) -> bool {
        self.slots[slot as usize].state == State::Pending
    }

    fn is_live(&self, target: Target) -> bool {
        let slot = self.slots.get(target.slot as usize);
        target.session == self.session && slot.is_some_and(|slot| slot.generation == target.generation && slot.is_live())
    }

    fn overwrite(&mut self, slot: u32, row: &dyn RowRef, transaction: u64) -> Result<()> {
        let model = M::decode(row, 0)?;
        self.note_row(slot);
        self.touched.retain(|touched| *touched != slot);
        let slot = &mut self.slots[slot as usize];
        (slot.current, slot.base, slot.seen) = (Some(model), None, transaction);
        Ok(())
    }

    fn flushed(&mut self, transaction: u64) {
        let pending = std::mem::take(&mut self.pending);
        self.ids.reserve(pending.len());
        self.written.reserve(pending.len());
        for at in pending {
            let slot = &mut self.slots[at as usize];
            (slot.state, slot.seen) = (State::Inserted, transaction);
            self.written.push(at);
            self.note_new(at);
            self.rekey(None, at);
        }
        for at in std::mem::take(&mut self.touched) {
            if !self.is_changed(at) {
                // Nothing was written, so that its row may be read again as if it had not been touched.
                self.slots[at as usize].base = None;
                continue;
            }
            let old = self.base(at).key();
            self.settle(at, transaction);
            self.rekey(Some(old), at);
        }
        for at in std::mem::take(&mut self.doomed) {
            self.forget_key(at);
            self.settle(at, transaction);
            let slot = &mut self.slots[at as usize];
            slot.state = State::Deleted { inserted: slot.state == State::Doomed { inserted: true } };
        }
    }

    fn committed(&mut self) {
        self.levels.clear();
        for at in std::mem::take(&mut self.written) {
            let slot = &mut self.slots[at as usize];
            slot.undo = None;
            match slot.state {
                State::Deleted { .. } => self.vacate(at),
                State::Inserted => slot.state = State::Persistent,
                _ => {}
            }
        }
    }

    fn rolled_back(&mut self) {
        self.levels.clear();
        for at in std::mem::take(&mut self.pending) {
            self.vacate(at);
        }
        let mut changed = std::mem::take(&mut self.written);
        changed.append(&mut self.touched);
        changed.append(&mut self.doomed);
        changed.sort_unstable();
        changed.dedup();
        for at in changed {
            match self.slots[at as usize].state {
                State::Inserted | State::Doomed { inserted: true } | State::Deleted { inserted: true } => {
                    self.forget_key(at);
                    self.vacate(at);
                }
                State::Vacant | State::Pending => {}
                State::Persistent | State::Doomed { .. } | State::Deleted { .. } => self.restore(at),
            }
        }
    }

    fn open_level(&mut self) {
        self.open_one();
    }

    fn close_levels(&mut self, depth: usize) {
        self.close_to(depth);
    }

    fn back_to_level(&mut self, depth: usize) {
        self.back_to(depth);
    }
}

impl<M: Model> Arena<M> {
    /// The row that was written is the base of the next comparison; the first one of the transaction is kept to go back to.
    fn settle(&mut self, at: u32, transaction: u64) {
        self.note_row(at);
        let slot = &mut self.slots[at as usize];
        slot.seen = transaction;
        if let Some(base) = slot.base.take()
            && slot.undo.is_none()
        {
            slot.undo = Some(base);
            self.written.push(at);
        }
    }

    /// Takes the key of an object's row out of the map.
    pub(super) fn forget_key(&mut self, at: u32) {
        let key = self.base(at).key();
        self.ids.remove_from(&key, at);
    }

    /// Gives a place its key in the map, after the object got one or changed it.
    pub(super) fn rekey(&mut self, old: Option<M::Key>, at: u32) {
        let new = self.current(at).key();
        if let Some(old) = old {
            self.ids.remove_from(&old, at);
        }
        self.ids.set(new, at);
    }

    /// Brings an object back to the row that it had when the transaction began.
    fn restore(&mut self, at: u32) {
        let key = self.base(at).key();
        let slot = &mut self.slots[at as usize];
        let row = slot.undo.take().or(slot.base.take());
        slot.base = None;
        if let Some(row) = row {
            slot.current = Some(*row);
        }
        slot.state = State::Persistent;
        self.rekey(Some(key), at);
    }
}
