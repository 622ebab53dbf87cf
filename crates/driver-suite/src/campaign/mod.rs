//! Campaigns: many random cases against a real database, with a seed that brings each of them back. A driver's tests bring a
//! [`Ground`] along and name a campaign.
//!
//! `cancel` drops futures: at random points ([`random`](fn@random)), and at every await point of every public async function in turn
//! ([`points`](fn@points)). What must hold afterwards stands in `field`; `planted` shows that a fault of the engine is found.

mod list;
mod planted;
mod points;
mod random;
mod calls;
mod verbs;
mod works;
mod field;
mod ledger;
mod deeds;
mod cut;
mod plan;
mod ground;

pub use cut::cancel_at;
pub use ground::{Ground, Kind};
pub use plan::Plan;
#[cfg(test)]
pub(crate) use planted::BY_DROPS;
pub use planted::planted;
pub use points::points;
pub use random::random;
