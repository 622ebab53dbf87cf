//! The cases that every driver passes: one list, gated by what a database can do. A driver's tests name a [`Fixture`] and
//! call [`suite!`].
//!
//! The floor plan, top to bottom; a module imports only from those below it:
//!
//! | module | what it is |
//! |---|---|
//! | `outage` | what the end of a server does to those who work on it: killed, restarted, replaced |
//! | `campaign` | many random cases: what is dropped at any point leaves nothing behind |
//! | `streams` | rows that are taken slowly, and the memory that they need |
//! | `cases` | the cases, one room a subject, and the list of their names |
//! | `proxy` | stands between an engine and its server, and cuts, swallows or garbles; the campaigns through it |
//! | `servers` | servers of a test's own, which it may kill |
//! | `commits` | asks what became of a commit that was not answered |
//! | `tokens` | the rows by which transactions tell of themselves, once they are old |
//! | `report` | what came of a campaign, and the search for faults that are planted |
//! | `dice` | random numbers |
//! | `size` | how large campaigns are |
//! | `run` | runs a case on a database of its own |
//! | `people` | the tables that the cases work on |
//! | `canary` | values that no error may say |
//! | `keep` | puts values in, and takes them out again |
//! | `fixture` | what a driver's tests bring along |
//!
//! A case that needs what a database cannot do is run all the same: the answer must be our own error that names it.

pub mod outage;
pub mod campaign;
pub mod streams;
pub mod cases;
pub mod proxy;
pub mod servers;
mod commits;
pub mod tokens;
mod report;
mod dice;
mod size;
mod run;
pub mod people;
pub mod canary;
mod keep;
mod fixture;

pub use aludel_engine::Fault;
pub use commits::resolved;
pub use dice::Dice;
pub use fixture::{Capability, Fixture, Lease};
pub use report::Report;
pub use run::run;
pub use size::{is_full, seed_or};
