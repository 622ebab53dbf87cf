//! `Obj<M>`: a handle to an object in a session. `Copy`, without a lifetime, worth nothing without its session.

use std::any::{TypeId, type_name};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use crate::types::Target;

/// A handle to an object in a session: `db[obj]` reads and writes it.
pub struct Obj<M> {
    slot: u32,
    generation: u32,
    session: u32,
    model: PhantomData<fn() -> M>,
}

impl<M: 'static> Obj<M> {
    /// Returns the handle of a place in a session's arena; only sessions have use for it.
    #[doc(hidden)]
    pub fn new(slot: u32, generation: u32, session: u32) -> Self {
        Self { slot, generation, session, model: PhantomData }
    }

    /// The handle without its type.
    #[doc(hidden)]
    pub fn target(self) -> Target {
        Target { model: TypeId::of::<M>(), name: type_name::<M>(), slot: self.slot, generation: self.generation, session: self.session }
    }
}

impl<M> Clone for Obj<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Obj<M> {}

impl<M> PartialEq for Obj<M> {
    fn eq(&self, other: &Self) -> bool {
        (self.slot, self.generation, self.session) == (other.slot, other.generation, other.session)
    }
}

impl<M> Eq for Obj<M> {}

impl<M> Hash for Obj<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.slot, self.generation, self.session).hash(state);
    }
}

impl<M> fmt::Debug for Obj<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = type_name::<M>();
        let name = name.rsplit("::").next().unwrap_or(name);
        write!(f, "Obj<{name}>({}.{})", self.slot, self.generation)
    }
}
