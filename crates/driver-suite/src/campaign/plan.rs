//! `Plan`: how large a campaign is, and what it came to.

use std::time::{Duration, SystemTime};

use aludel_engine::Fault;

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
    /// The whole size if `ALUDEL_CAMPAIGN` is `full`, else one of some seconds; the seed of `ALUDEL_SEED`, else a new one.
    ///
    /// # Panics
    /// If the seed that is given is none.
    pub fn of_environment() -> Self {
        let seed = std::env::var("ALUDEL_SEED").ok().map(|seed| seed.parse().expect("ALUDEL_SEED is a number"));
        let seed = seed.unwrap_or_else(|| {
            let since = SystemTime::UNIX_EPOCH.elapsed().expect("the clock is after 1970");
            u64::from(since.subsec_nanos()) ^ (since.as_secs() << 20)
        });
        match std::env::var("ALUDEL_CAMPAIGN").is_ok_and(|size| size == "full") {
            true => Self { seed, futures: 10_000, is_thorough: true, fault: None },
            false => Self { seed, futures: 300, is_thorough: false, fault: None },
        }
    }

    /// The same with a fault.
    pub(super) fn with(self, fault: Fault) -> Self {
        Self { fault: Some(fault), ..self }
    }
}

/// What a campaign came to.
pub(super) struct Report<'r> {
    pub(super) database: &'r str,
    pub(super) part: &'r str,
    pub(super) cases: u64,
    pub(super) cut: u64,
    pub(super) time: Duration,
    pub(super) seed: u64,
    pub(super) anomalies: &'r [String],
}

impl Report<'_> {
    /// Prints it in the form that `cargo xtask campaign` reads.
    #[expect(clippy::print_stdout, reason = "it is for who runs the tests, and for `cargo xtask campaign`")]
    pub(super) fn print(&self) {
        let Self { database, part, cases, cut, time, seed, anomalies } = self;
        let (seconds, anomalies) = (time.as_secs_f64(), anomalies.len());
        println!("campaign cancel {database} {part}: {cases} cases, {cut} dropped, {seconds:.1} s, seed {seed}, {anomalies} anomalies");
    }

    /// Fails if there is any anomaly, or no case.
    #[track_caller]
    pub(super) fn check(&self) {
        self.print();
        let Self { database, part, seed, anomalies, .. } = self;
        let shown = anomalies.iter().take(10).map(String::as_str).collect::<Vec<_>>().join("\n");
        assert!(anomalies.is_empty(), "{database}, {part}: {} anomalies; ALUDEL_SEED={seed} brings them again\n{shown}", anomalies.len());
        assert!(self.cases > 0, "{database}, {part}: no case has run");
    }
}
