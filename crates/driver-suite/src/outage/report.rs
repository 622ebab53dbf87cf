//! `Plan` and `Report`: how large a campaign is, and what came of it.

use std::time::Duration;

use aludel_engine::Fault;

use crate::campaign;
use crate::proxy::is_full;

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
    /// `full` times if `ALUDEL_CAMPAIGN` is `full`, else `few`; the seed of `ALUDEL_SEED`, else a new one.
    pub fn of_environment(full: usize, few: usize) -> Self {
        let seed = campaign::Plan::of_environment().seed;
        Self { seed, times: if is_full() { full } else { few }, fault: None, asks: true }
    }

    /// The same, until a fault is found.
    pub(super) fn with(self, fault: Option<Fault>) -> Self {
        Self { fault, ..self }
    }

    pub(super) fn is_planted(&self) -> bool {
        self.fault.is_some() || !self.asks
    }
}

/// What came of a campaign.
pub(super) struct Report<'r> {
    pub(super) campaign: &'r str,
    pub(super) database: &'r str,
    pub(super) cases: usize,
    pub(super) took: Duration,
    pub(super) seed: u64,
    pub(super) told: String,
    pub(super) anomalies: Vec<String>,
}

impl Report<'_> {
    /// Prints it in the form that `cargo xtask campaign` reads, and fails if that is not right.
    #[track_caller]
    #[expect(clippy::print_stdout, reason = "it is for who runs the tests, and for `cargo xtask campaign`")]
    pub(super) fn check(&self) {
        let Self { campaign, database, cases, took, seed, told, anomalies } = self;
        let (seconds, count) = (took.as_secs_f64(), anomalies.len());
        println!("campaign {campaign} {database}: {cases} cases, {seconds:.1} seconds, seed {seed}, {count} anomalies; {told}");
        let shown: Vec<_> = anomalies.iter().take(10).map(String::as_str).collect();
        assert!(anomalies.is_empty(), "{database}: {count} anomalies; ALUDEL_SEED={seed}\n{}", shown.join("\n"));
        assert!(*cases > 0, "{database}: no case has run");
    }
}
