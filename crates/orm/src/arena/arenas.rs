//! `Arenas`: all arenas of a session, found by their model; and the transaction they are in.

use std::any::{Any, TypeId};

use aludel_sql::{Model, Obj, Result, Target};
use smallvec::SmallVec;

use super::face::AnyArena;
use super::typed::{Arena, foreign};

/// So many models cost no allocation for their lists.
const FEW: usize = 4;

/// All objects of a session.
pub(crate) struct Arenas {
    session: u32,
    /// Counts the session's transactions, from 1; what was read in an earlier one may be out of date.
    transaction: u64,
    /// How many nested transactions are open.
    depth: usize,
    /// The model of each arena. A session meets few models, so that a look at each is quicker than a map.
    models: SmallVec<[TypeId; FEW]>,
    arenas: SmallVec<[Box<dyn AnyArena>; FEW]>,
    /// The arena that was asked for last: rows of one query are mostly of one model.
    last: usize,
}

impl Arenas {
    pub(crate) fn new(session: u32) -> Self {
        Self { session, transaction: 1, depth: 0, models: SmallVec::new(), arenas: SmallVec::new(), last: 0 }
    }

    /// The arena of a model, if there is one.
    pub(crate) fn of<M: Model>(&self) -> Option<&Arena<M>> {
        let arena: &dyn Any = &*self.arenas[self.place(TypeId::of::<M>())?];
        arena.downcast_ref()
    }

    /// The arena of a model.
    pub(crate) fn of_mut<M: Model>(&mut self) -> &mut Arena<M> {
        let model = TypeId::of::<M>();
        if self.models.get(self.last) != Some(&model) {
            self.last = self.place(model).unwrap_or_else(|| self.add(model, Box::new(Arena::<M>::new(self.session))));
        }
        let arena: &mut dyn Any = &mut *self.arenas[self.last];
        arena.downcast_mut().expect("invariant: the arena at the place of a model is an arena of it")
    }

    /// The object of a handle.
    ///
    /// # Errors
    /// As [`Arena::get`].
    pub(crate) fn get<M: Model>(&self, obj: Obj<M>) -> Result<&M> {
        self.of::<M>().ok_or_else(foreign::<M>)?.get(obj)
    }

    /// Whether the object of a handle is not to be deleted.
    ///
    /// # Errors
    /// As [`Arena::get`].
    pub(crate) fn is_kept<M: Model>(&self, obj: Obj<M>) -> Result<bool> {
        self.get(obj)?;
        Ok(self.of::<M>().is_some_and(|arena| !arena.doomed().contains(&obj.target().slot)))
    }

    fn add(&mut self, model: TypeId, mut arena: Box<dyn AnyArena>) -> usize {
        (0..self.depth).for_each(|_| arena.open_level());
        self.models.push(model);
        self.arenas.push(arena);
        self.arenas.len() - 1
    }

    fn place(&self, model: TypeId) -> Option<usize> {
        self.models.iter().position(|known| *known == model)
    }

    /// The place of the arena that a handle belongs to.
    pub(crate) fn place_of(&self, target: Target) -> Option<usize> {
        self.place(target.model)
    }

    /// All arenas, in the order in which their models were met first.
    pub(crate) fn all(&self) -> &[Box<dyn AnyArena>] {
        &self.arenas
    }

    /// As [`all`](Arenas::all), to write them.
    pub(crate) fn all_mut(&mut self) -> &mut [Box<dyn AnyArena>] {
        &mut self.arenas
    }

    /// The number of the transaction that is open or would be opened next.
    pub(crate) fn transaction(&self) -> u64 {
        self.transaction
    }

    /// Keeps what a flush has written.
    pub(crate) fn flushed(&mut self) {
        let transaction = self.transaction;
        self.arenas.iter_mut().for_each(|arena| arena.flushed(transaction));
    }

    /// Makes what the transaction did last; the next one begins.
    pub(crate) fn committed(&mut self) {
        self.arenas.iter_mut().for_each(|arena| arena.committed());
        (self.transaction, self.depth) = (self.transaction + 1, 0);
    }

    /// Takes back what the transaction did; the next one begins.
    pub(crate) fn rolled_back(&mut self) {
        self.arenas.iter_mut().for_each(|arena| arena.rolled_back());
        (self.transaction, self.depth) = (self.transaction + 1, 0);
    }

    /// Begins a nested transaction. Nothing waits to be flushed.
    pub(crate) fn open_level(&mut self) {
        self.arenas.iter_mut().for_each(|arena| arena.open_level());
        self.depth += 1;
    }

    /// Keeps what was done in the nested transactions beyond the first so many, as a part of what is around them.
    pub(crate) fn close_levels(&mut self, depth: usize) {
        self.arenas.iter_mut().for_each(|arena| arena.close_levels(depth));
        self.depth = depth;
    }

    /// Takes back what was done in the nested transactions beyond the first so many. What was read in them may be out of date,
    /// as after the end of a transaction.
    pub(crate) fn back_to_level(&mut self, depth: usize) {
        self.arenas.iter_mut().for_each(|arena| arena.back_to_level(depth));
        (self.transaction, self.depth) = (self.transaction + 1, depth);
    }
}
