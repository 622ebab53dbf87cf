//! A proxy between an engine and its server, in the process of the tests: it cuts, swallows, delays, slices, garbles and lies, at the byte
//! that it is told; and the cases that are run through it.

mod list;
mod overheard;
mod planted;
mod standard;
mod campaign;
mod script;
mod verdict;
mod listen;
mod relay;
mod fault;
mod memory;

pub use campaign::{Campaign, Place, Subject, answers};
pub use fault::{Ending, Fault, Side, Words};
pub use listen::Proxy;
pub use memory::Memory;
pub use overheard::overheard;
#[cfg(test)]
pub(crate) use planted::BY_PROXY;
pub use planted::{BY_CUTS, BY_CUTS_TOLD, BY_GARBLES, BY_LIES, BY_SILENCE, BY_SLICES, BY_STALLS, Faulty, find_planted};
pub use script::{CREATE, Told, work};
pub use standard::{BROKEN, SILENCE, cuts, cuts_everywhere, garbles, lies, silent, slices, stalls};
pub use verdict::Tells;
