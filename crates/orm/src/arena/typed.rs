//! `Arena<M>`: the objects of one model, and the map from their keys.

use aludel_sql::{Error, Model, Obj, Result, RowRef};
use smallvec::SmallVec;

use super::before::Level;
use super::ids::Ids;
use super::slot::{Slot, State};

/// The objects of one model in a session.
pub(crate) struct Arena<M: Model> {
    pub(super) session: u32,
    /// A session that reads one object is common: that one costs no allocation of its own.
    pub(super) slots: SmallVec<[Slot<M>; 1]>,
    vacant: Vec<u32>,
    pub(super) ids: Ids<M::Key>,
    /// Whether the row that was met last was of a known object.
    met_known: bool,
    pub(super) pending: Vec<u32>,
    pub(super) touched: Vec<u32>,
    pub(super) doomed: Vec<u32>,
    /// What a flush of this transaction has written or deleted.
    pub(super) written: Vec<u32>,
    /// The nested transactions that are open, the outermost first.
    pub(super) levels: Vec<Level<M>>,
}

impl<M: Model> Arena<M> {
    pub(crate) fn new(session: u32) -> Self {
        let (slots, vacant, ids) = (SmallVec::new(), Vec::new(), Ids::new());
        let (pending, touched, doomed, written) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { session, slots, vacant, ids, met_known: false, pending, touched, doomed, written, levels: Vec::new() }
    }

    fn obj(&self, at: u32) -> Obj<M> {
        Obj::new(at, self.slots[at as usize].generation, self.session)
    }

    /// The place that the next new object gets.
    fn next_place(&self) -> u32 {
        let at_end = || u32::try_from(self.slots.len()).expect("invariant: a session's arena has fewer than 2^32 objects");
        self.vacant.last().copied().unwrap_or_else(at_end)
    }

    fn place(&mut self, state: State, seen: u64, model: M) -> u32 {
        if let Some(at) = self.vacant.pop() {
            let slot = &mut self.slots[at as usize];
            (slot.state, slot.seen, slot.current) = (state, seen, Some(model));
            return at;
        }
        let at = self.next_place();
        if self.slots.len() == self.slots.capacity() {
            // Large steps: every step moves all objects.
            self.slots.reserve(self.slots.len() * 3);
        }
        self.slots.push(Slot { generation: 0, state, seen, current: Some(model), base: None, undo: None });
        at
    }

    pub(super) fn vacate(&mut self, at: u32) {
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
        // Rows of one query are mostly all known or all new: where the last one was known, its key alone is read first.
        let known = if self.met_known { self.ids.get(&M::decode_key(row, at)?) } else { None };
        let (known, model) = match known {
            Some(known) => (known, None),
            None => {
                let (model, next) = (M::decode(row, at)?, self.next_place());
                match self.ids.meet(model.key(), next) {
                    Some(known) => (known, Some(model)),
                    None => {
                        self.met_known = false;
                        let new = self.place(State::Persistent, transaction, model);
                        return Ok(self.obj(new));
                    }
                }
            }
        };
        self.met_known = true;
        let slot = &mut self.slots[known as usize];
        if slot.seen < transaction && slot.base.is_none() && slot.state == State::Persistent {
            self.note_row(known);
            let slot = &mut self.slots[known as usize];
            slot.current = Some(model.map_or_else(|| M::decode(row, at), Ok)?);
            slot.seen = transaction;
        }
        Ok(self.obj(known))
    }

    /// The object of this key, if its row was read, or written, in this transaction, and is not to be deleted.
    pub(crate) fn known(&self, key: &M::Key, transaction: u64) -> Option<Obj<M>> {
        let at = self.ids.get(key)?;
        let slot = &self.slots[at as usize];
        let fresh = slot.seen == transaction || slot.base.is_some();
        (fresh && slot.is_tracked()).then(|| self.obj(at))
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
        self.slot(obj)?;
        let at = obj.target().slot;
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

    /// Marks an object that is there for deletion; one that has no row is gone at once.
    pub(crate) fn delete(&mut self, at: u32) {
        let slot = &mut self.slots[at as usize];
        match slot.state {
            State::Pending => {
                self.pending.retain(|pending| *pending != at);
                self.vacate(at);
            }
            State::Persistent | State::Inserted => {
                if !slot.touch() {
                    self.touched.retain(|touched| *touched != at);
                }
                slot.state = State::Doomed { inserted: slot.state == State::Inserted };
                self.doomed.push(at);
            }
            State::Vacant | State::Doomed { .. } | State::Deleted { .. } => {}
        }
    }

    pub(super) fn current(&self, at: u32) -> &M {
        self.slots[at as usize].current.as_ref().expect("invariant: lists of places name only those that have an object")
    }

    pub(super) fn current_mut(&mut self, at: u32) -> &mut M {
        self.slots[at as usize].current.as_mut().expect("invariant: lists of places name only those that have an object")
    }

    /// The key that the row of an object has in the database; none if it has no row yet.
    ///
    /// # Errors
    /// As [`get`](Arena::get).
    pub(crate) fn row_key(&self, obj: Obj<M>) -> Result<Option<M::Key>> {
        let slot = self.slot(obj)?;
        Ok((slot.state != State::Pending).then(|| self.base(obj.target().slot).key()))
    }

    /// The row as the database has it: the copy that was made at the first touch.
    pub(super) fn base(&self, at: u32) -> &M {
        self.slots[at as usize].base.as_deref().unwrap_or_else(|| self.current(at))
    }
}

#[cold]
pub(super) fn foreign<M>() -> Error {
    Error::usage(format!("a handle `Obj<{}>` is used with a session that it is not of", name::<M>()))
        .hint("a handle is worth something only in the session that made it; load the object there by its key")
}

#[cold]
fn gone<M>() -> Error {
    Error::usage(format!("the object of a handle `Obj<{}>` is gone: it was deleted, or its adding was rolled back", name::<M>()))
}

fn name<M>() -> &'static str {
    let name = std::any::type_name::<M>();
    name.rsplit("::").next().unwrap_or(name)
}
