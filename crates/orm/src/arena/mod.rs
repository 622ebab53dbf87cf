//! The objects of a session: an arena for each model, with its identity map; all of them behind one face.

mod tracked;
mod arenas;
mod erased;
mod levels;
mod typed;
mod face;
mod ids;
mod before;
mod slot;

pub(crate) use arenas::Arenas;
pub(crate) use face::{AnyArena, Tally, changes};
pub use tracked::Tracked;
