//! A proxy between an engine and its server, in the process of the tests: it cuts, swallows, delays, slices, garbles and lies, at the byte
//! that it is told; and the cases that are run through it.

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
pub use script::{CREATE, Told, work};
pub use standard::{BROKEN, SILENCE, garbles, lies, silent, slices, stalls};
pub use verdict::Tells;
