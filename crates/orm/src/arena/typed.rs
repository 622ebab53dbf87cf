//! `Arena<M>`: the objects of one model, and the map from their keys.

use std::any::{Any, TypeId};
use std::collections::HashMap;

use aludel_sql::{Error, ErrorKind, Field, Mapping, Model, Obj, Result, RowRef, Target};

use super::face::AnyArena;
use super::slot::{Slot, State};

/// The objects of one model in a session.
pub(crate) struct Arena<M: Model> {
    session: u32,
    slots: Vec<Slot<M>>,
    vacant: Vec<u32>,
    ids: HashMap<M::Key, u32, foldhash::fast::RandomState>,
    pending: Vec<u32>,
    touched: Vec<u32>,
    doomed: Vec<u32>,
    /// What a flush of this transaction has written or deleted.
    written: Vec<u32>,
}

impl<M: Model> Arena<M> {
    pub(crate) fn new(session: u32) -> Self {
        let (slots, vacant, ids) = (Vec::new(), Vec::new(), HashMap::default());
        Self { session, slots, vacant, ids, pending: Vec::new(), touched: Vec::new(), doomed: Vec::new(), written: Vec::new() }
    }

    fn obj(&self, at: u32) -> Obj<M> {
        Obj::new(at, self.slots[at as usize].generation, self.session)
    }

    fn place(&mut self, state: State, seen: u64, model: M) -> u32 {
        if let Some(at) = self.vacant.pop() {
            let slot = &mut self.slots[at as usize];
            (slot.state, slot.seen, slot.current) = (state, seen, Some(model));
            return at;
        }
        let at = u32::try_from(self.slots.len()).expect("invariant: a session's arena has fewer than 2^32 objects");
        self.slots.push(Slot { generation: 0, state, seen, current: Some(model), base: None, undo: None });
        at
    }

    fn vacate(&mut self, at: u32) {
        let slot = &mut self.slots[at as usize];
        slot.generation = slot.generation.wrapping_add(1);
        (slot.state, slot.current, slot.base, slot.undo) = (State::Vacant, None, None, None);
        self.vacant.push(at);
    }

    /// Takes a new object in.
    pub(crate) fn add(&mut self, model: M) -> Obj<M> {
        let at = self.place(State::Pending, 0, model);
        self.pending.push(at);
        self.obj(at)
    }

    /// The object of a row: the one that has its key already, or a new one.
    ///
    /// Within a transaction the first reading stays; an object that was read before it, and is unchanged, takes the new values.
    pub(crate) fn load(&mut self, row: &dyn RowRef, at: usize, transaction: u64) -> Result<Obj<M>> {
        let key = M::decode_key(row, at)?;
        let Some(&known) = self.ids.get(&key) else {
            let new = self.place(State::Persistent, transaction, M::decode(row, at)?);
            self.ids.insert(key, new);
            return Ok(self.obj(new));
        };
        let slot = &mut self.slots[known as usize];
        if slot.seen < transaction && slot.base.is_none() && slot.state == State::Persistent {
            slot.current = Some(M::decode(row, at)?);
            slot.seen = transaction;
        }
        Ok(self.obj(known))
    }

    /// The object of this key, if its row was read, or written, in this transaction.
    pub(crate) fn known(&self, key: &M::Key, transaction: u64) -> Option<Obj<M>> {
        let &at = self.ids.get(key)?;
        let slot = &self.slots[at as usize];
        let fresh = slot.seen == transaction || slot.base.is_some();
        (fresh && slot.is_live()).then(|| self.obj(at))
    }

    /// The object of a handle.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a handle of another session, or of an object that is gone.
    pub(crate) fn get(&self, obj: Obj<M>) -> Result<&M> {
        let slot = self.slot(obj)?;
        slot.current.as_ref().ok_or_else(|| gone::<M>())
    }

    /// As [`get`](Arena::get), to write it: its row is remembered first.
    pub(crate) fn get_mut(&mut self, obj: Obj<M>) -> Result<&mut M> {
        let at = self.slot(obj).map(|_slot| obj.target().slot)?;
        let slot = &mut self.slots[at as usize];
        if slot.touch() {
            self.touched.push(at);
        }
        slot.current.as_mut().ok_or_else(|| gone::<M>())
    }

    fn slot(&self, obj: Obj<M>) -> Result<&Slot<M>> {
        let target = obj.target();
        if target.session != self.session {
            return Err(foreign::<M>());
        }
        let slot = self.slots.get(target.slot as usize).filter(|slot| slot.generation == target.generation);
        slot.filter(|slot| slot.is_live()).ok_or_else(|| gone::<M>())
    }

    /// Marks an object for deletion; one that has no row is gone at once.
    pub(crate) fn delete(&mut self, obj: Obj<M>) -> Result<()> {
        self.slot(obj)?;
        let at = obj.target().slot;
        let slot = &mut self.slots[at as usize];
        match slot.state {
            State::Pending => {
                self.pending.retain(|pending| *pending != at);
                self.vacate(at);
            }
            State::Persistent | State::Inserted => {
                slot.touch();
                self.touched.retain(|touched| *touched != at);
                self.slots[at as usize].state = State::Doomed { inserted: self.slots[at as usize].state == State::Inserted };
                self.doomed.push(at);
            }
            State::Vacant | State::Doomed { .. } | State::Deleted { .. } => {}
        }
        Ok(())
    }

    fn current(&self, at: u32) -> &M {
        self.slots[at as usize].current.as_ref().expect("invariant: lists of places name only those that have an object")
    }

    fn current_mut(&mut self, at: u32) -> &mut M {
        self.slots[at as usize].current.as_mut().expect("invariant: lists of places name only those that have an object")
    }

    /// The key that the row of an object has in the database.
    pub(crate) fn base_key(&self, at: u32) -> M::Key {
        self.base(at).key()
    }

    /// The row as the database has it: the copy that was made at the first touch.
    fn base(&self, at: u32) -> &M {
        self.slots[at as usize].base.as_deref().unwrap_or_else(|| self.current(at))
    }

    /// The row that was written is the base of the next comparison; the first one of the transaction is kept to go back to.
    fn settle(&mut self, at: u32, transaction: u64) {
        let slot = &mut self.slots[at as usize];
        slot.seen = transaction;
        if let Some(base) = slot.base.take()
            && slot.undo.is_none()
        {
            slot.undo = Some(base);
            self.written.push(at);
        }
    }

    /// Gives a place its key in the map, after the object got one or changed it.
    fn rekey(&mut self, old: Option<M::Key>, at: u32) {
        let new = self.current(at).key();
        if let Some(old) = old
            && old != new
            && self.ids.get(&old) == Some(&at)
        {
            self.ids.remove(&old);
        }
        self.ids.insert(new, at);
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

#[cold]
fn foreign<M>() -> Error {
    Error::usage(format!("a handle `Obj<{}>` is used with a session that it is not of", name::<M>()))
        .hint("a handle is worth something only in the session that made it; load the object there by its key")
}

#[cold]
fn gone<M>() -> Error {
    Error::new(
        ErrorKind::Usage,
        format!("the object of a handle `Obj<{}>` is gone: it was deleted, or its adding was rolled back", name::<M>()),
    )
    .hint("`try_ref` returns this as an error instead of a panic")
}

fn name<M>() -> &'static str {
    let name = std::any::type_name::<M>();
    name.rsplit("::").next().unwrap_or(name)
}

impl<M: Model> AnyArena for Arena<M> {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn model(&self) -> TypeId {
        TypeId::of::<M>()
    }

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

    fn field(&self, slot: u32, at: usize) -> &dyn Field {
        self.current(slot).field(at)
    }

    fn field_mut(&mut self, slot: u32, at: usize) -> &mut dyn Field {
        self.current_mut(slot).field_mut(at)
    }

    fn base_field(&self, slot: u32, at: usize) -> &dyn Field {
        self.base(slot).field(at)
    }

    fn key(&self, slot: u32) -> Box<dyn Any + Send> {
        Box::new(self.current(slot).key())
    }

    fn describe(&self, slot: u32) -> String {
        match self.slots[slot as usize].state {
            State::Pending => format!("{}(new)", M::mapping().model),
            _ => format!("{}({:?})", M::mapping().model, self.base(slot).key()),
        }
    }

    fn pending_target(&self, target: Target) -> Option<u32> {
        let slot = self.slots.get(target.slot as usize)?;
        let meant = slot.generation == target.generation && target.session == self.session;
        (meant && slot.state == State::Pending).then_some(target.slot)
    }

    fn is_live(&self, target: Target) -> bool {
        let slot = self.slots.get(target.slot as usize);
        target.session == self.session && slot.is_some_and(|slot| slot.generation == target.generation && slot.is_live())
    }

    fn overwrite(&mut self, slot: u32, row: &dyn RowRef, transaction: u64) -> Result<()> {
        let model = M::decode(row, 0)?;
        self.touched.retain(|touched| *touched != slot);
        let slot = &mut self.slots[slot as usize];
        (slot.current, slot.base, slot.seen) = (Some(model), None, transaction);
        Ok(())
    }

    fn flushed(&mut self, transaction: u64) {
        for at in std::mem::take(&mut self.pending) {
            let slot = &mut self.slots[at as usize];
            (slot.state, slot.seen) = (State::Inserted, transaction);
            self.written.push(at);
            self.rekey(None, at);
        }
        for at in std::mem::take(&mut self.touched) {
            let old = self.base(at).key();
            self.settle(at, transaction);
            self.rekey(Some(old), at);
        }
        for at in std::mem::take(&mut self.doomed) {
            let key = self.base(at).key();
            self.settle(at, transaction);
            let slot = &mut self.slots[at as usize];
            slot.state = State::Deleted { inserted: slot.state == State::Doomed { inserted: true } };
            if self.ids.get(&key) == Some(&at) {
                self.ids.remove(&key);
            }
        }
    }

    fn committed(&mut self) {
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
                    let key = self.base(at).key();
                    if self.ids.get(&key) == Some(&at) {
                        self.ids.remove(&key);
                    }
                    self.vacate(at);
                }
                State::Vacant | State::Pending => {}
                State::Persistent | State::Doomed { .. } | State::Deleted { .. } => self.restore(at),
            }
        }
    }
}
