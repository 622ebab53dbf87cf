//! The connections of an engine: opened when they are needed, lent, waited for, and never handed out dirty.

mod idle;
mod options;
mod slot;

pub(crate) use idle::{Lend, Pool};
pub use options::PoolOptions;
pub(crate) use slot::Slot;
