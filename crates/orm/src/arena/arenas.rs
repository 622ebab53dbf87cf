//! `Arenas`: all arenas of a session, found by their model; and the transaction they are in.

use std::any::TypeId;
use std::collections::HashMap;

use aludel_sql::{Model, Target};

use super::face::AnyArena;
use super::typed::Arena;

/// All objects of a session.
pub(crate) struct Arenas {
    session: u32,
    /// Counts the session's transactions, from 1; what was read in an earlier one may be out of date.
    pub(crate) transaction: u64,
    arenas: Vec<Box<dyn AnyArena>>,
    places: HashMap<TypeId, usize, foldhash::fast::RandomState>,
    /// The arena that was asked for last: rows of one query are mostly of one model.
    last: usize,
}

impl Arenas {
    pub(crate) fn new(session: u32) -> Self {
        Self { session, transaction: 1, arenas: Vec::new(), places: HashMap::default(), last: 0 }
    }

    /// The arena of a model, if there is one.
    pub(crate) fn of<M: Model>(&self) -> Option<&Arena<M>> {
        let place = self.place(TypeId::of::<M>())?;
        self.arenas[place].as_any().downcast_ref()
    }

    /// The arena of a model.
    pub(crate) fn of_mut<M: Model>(&mut self) -> &mut Arena<M> {
        let model = TypeId::of::<M>();
        if self.arenas.get(self.last).is_none_or(|arena| arena.model() != model) {
            self.last = self.place(model).unwrap_or_else(|| self.add(Box::new(Arena::<M>::new(self.session))));
        }
        let arena = self.arenas[self.last].as_any_mut();
        arena.downcast_mut().expect("invariant: the arena at the place of a model is an arena of it")
    }

    fn add(&mut self, arena: Box<dyn AnyArena>) -> usize {
        self.places.insert(arena.model(), self.arenas.len());
        self.arenas.push(arena);
        self.arenas.len() - 1
    }

    fn place(&self, model: TypeId) -> Option<usize> {
        self.places.get(&model).copied()
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
}
