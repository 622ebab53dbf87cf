//! The objects of a session: an arena for each model, with its identity map; all of them behind one face.

mod arenas;
mod tracked;
mod typed;
mod face;
mod slot;

pub(crate) use arenas::Arenas;
pub(crate) use face::AnyArena;
pub use tracked::Tracked;
