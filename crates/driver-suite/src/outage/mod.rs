//! What the end of a server does to those who work on it: it is killed, restarted, or another one takes its place, while many tasks
//! write. What each was told is held against what is there.

mod list;
mod planted;
mod failover;
mod kill;
mod restart;
mod replicas;
mod field;
mod load;
mod ledger;
mod plan;
mod server;

pub use failover::failover;
pub use kill::kill;
pub use plan::Plan;
pub use planted::{failovers_find, kills_find, replicas_find, restarts_find};
pub use replicas::replicas;
pub use restart::restart;
pub use server::{Followed, Pair, Server};
