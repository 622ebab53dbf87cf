//! `Plan`: how large a campaign is, and which fault it has to find.

use aludel_engine::Fault;

use crate::size::{is_full, seed};

/// How large a campaign is, and which fault it has to find.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// What the random numbers begin with.
    pub seed: u64,
    /// How often the server ends.
    pub times: usize,
    pub(super) fault: Option<Fault>,
    /// Whether engines ask for a server that takes writes, where there are several.
    pub(super) asks: bool,
}

impl Plan {
    /// `full` times if the campaign runs at full size, else `few`; the seed of `ALUDEL_SEED`, else a new one.
    pub fn of_environment(full: usize, few: usize) -> Self {
        Self { seed: seed(), times: if is_full() { full } else { few }, fault: None, asks: true }
    }

    /// The same, until a fault is found.
    pub(super) fn with(self, fault: Fault) -> Self {
        Self { fault: Some(fault), ..self }
    }

    pub(super) fn is_planted(&self) -> bool {
        self.fault.is_some() || !self.asks
    }
}
