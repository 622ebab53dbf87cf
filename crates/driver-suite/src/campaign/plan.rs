//! `Plan`: how large a campaign is.

use aludel_engine::Fault;

use super::ground::Kind;
use crate::size::{is_full, seed};

/// How large a campaign is.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// What brings the same campaign again.
    pub seed: u64,
    /// How many futures are dropped at random points, at least; those that come to their end before are none of them.
    pub futures: u32,
    /// Whether everything is looked at after each await point, and not only after some of them.
    pub is_thorough: bool,
    /// The fault that the engines have.
    pub(super) fault: Option<Fault>,
}

impl Plan {
    /// Of full size or of the other one, with the seed of `ALUDEL_SEED` or a new one.
    pub fn of_environment() -> Self {
        Self { seed: seed(), futures: if is_full() { 10_000 } else { 300 }, is_thorough: is_full(), fault: None }
    }

    /// The same with a fault.
    pub(super) fn with(self, fault: Fault) -> Self {
        Self { fault: Some(fault), ..self }
    }

    /// Of these kinds of engines those that are tried: what is planted is found with the first.
    pub(super) fn kinds(self, all: &'static [Kind]) -> &'static [Kind] {
        if self.fault.is_some() { &all[..1] } else { all }
    }
}
