//! The faults that the campaign must find where they are planted on purpose.

use std::sync::Arc;

use aludel_engine::Fault;
use aludel_engine::Fault::{
    EarlyCommit, ForeignAnswer, LostHolder, LostPlace, LostSlot, LostTicket, LostWaiter, NotAbandoned, NotAsked, NotChecked, NotRecovered,
    NotReset, NotTakenBack, Unmarked,
};

use super::field::Field;
use super::ground::Ground;
use super::plan::Plan;
use super::points::visit_all;
use super::random::drop_all;
use crate::report::find;

/// What is found where futures are dropped, on one database at least.
pub(crate) const BY_DROPS: &[Fault] = &[
    Unmarked,
    NotAsked,
    NotReset,
    NotRecovered,
    LostPlace,
    LostSlot,
    LostTicket,
    LostWaiter,
    LostHolder,
    EarlyCommit,
    NotAbandoned,
    NotChecked,
    NotTakenBack,
    ForeignAnswer,
];

/// Runs the campaign with each of the faults, but not with those that nobody can see on this database.
///
/// # Panics
/// If it does not find one.
pub async fn planted<G: Ground>(unseen: &[Fault]) {
    let plan = Plan::of_environment();
    let faults: Vec<Fault> = BY_DROPS.iter().copied().filter(|fault| !unseen.contains(fault)).collect();
    let search = async |fault| {
        let field = Arc::new(Field::<G>::new(Plan { futures: 500, ..plan.with(fault) }).await);
        drop_all(&field).await;
        visit_all(&field).await;
        field.report("random and points")
    };
    find(&faults, search).await;
}
