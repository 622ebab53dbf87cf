//! The connections of an engine: opened when they are needed, lent, waited for, and never handed out dirty.

mod lending;
mod brief;
mod slot;
mod shelf;
mod member;
mod stats;

pub(crate) use lending::{Lend, Pool};
pub(crate) use slot::{Exchange, Slot};
pub use stats::PoolStats;
