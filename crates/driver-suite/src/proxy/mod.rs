//! A proxy between an engine and its server, in the process of the tests: it cuts, swallows, delays, slices and garbles, at the byte
//! that it is told; and the cases that are run through it.

mod campaign;
mod script;
mod verdict;
mod size;
mod listen;
mod relay;
mod fault;
mod dice;

pub use campaign::{Campaign, Place, Report, Subject};
pub use dice::Dice;
pub use fault::{Ending, Fault, Side};
pub use listen::Proxy;
pub use script::{CREATE, Told, work};
pub use size::is_full;
