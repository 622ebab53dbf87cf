//! What is measured, as data: the jobs, who does them and in which form, and the bounds that the design promises.

/// A job of the line protocol.
pub(crate) struct Job {
    /// As the protocol spells it.
    pub(crate) name: &'static str,
    /// Iterations that show the cost of one under valgrind; the second run does twice as many.
    pub(crate) instruction_iterations: u64,
}

/// All jobs.
pub(crate) const JOBS: &[Job] = &[
    Job { name: "point", instruction_iterations: 1_000 },
    Job { name: "load1", instruction_iterations: 1_000 },
    Job { name: "load100", instruction_iterations: 200 },
    Job { name: "load10000", instruction_iterations: 4 },
    Job { name: "insert1", instruction_iterations: 200 },
    Job { name: "insert100", instruction_iterations: 20 },
];

/// Those by which the engine is held to its bounds.
pub(crate) const ENGINE_JOBS: &[Job] = &[
    Job { name: "point", instruction_iterations: 1_000 },
    Job { name: "load10000", instruction_iterations: 4 },
    Job { name: "insert1000", instruction_iterations: 4 },
];

/// Where the database is.
pub(crate) const STORES: [&str; 2] = ["memory", "file"];

/// The peer that the others are measured against.
pub(crate) const REFERENCE: &str = "rusqlite";

/// A peer in one of its forms.
pub(crate) struct Entrant {
    /// As the table shows it.
    pub(crate) name: &'static str,
    /// The folder under `bench/`.
    pub(crate) peer: &'static str,
    /// Loads and saves objects of a session.
    pub(crate) is_tracked: bool,
    /// The ratio to the reference that it must stay under, if it is ours.
    pub(crate) bound: Option<f64>,
}

const VALUES_BOUND: f64 = 1.15;
const TRACKED_BOUND: f64 = 1.40;

/// All entrants, the reference first.
pub(crate) const ENTRANTS: [Entrant; 4] = [
    Entrant { name: REFERENCE, peer: REFERENCE, is_tracked: false, bound: None },
    Entrant { name: "diesel", peer: "diesel", is_tracked: false, bound: None },
    Entrant { name: "aludel values", peer: "aludel", is_tracked: false, bound: Some(VALUES_BOUND) },
    Entrant { name: "aludel tracked", peer: "aludel", is_tracked: true, bound: Some(TRACKED_BOUND) },
];

impl Entrant {
    /// Returns the request for `iterations` of `job` on `store`.
    pub(crate) fn request(&self, job: &Job, store: &str, iterations: u64) -> String {
        let form = if self.is_tracked { "-tracked" } else { "" };
        format!("run {}{form} {store} {iterations}", job.name)
    }
}

/// What one entrant must keep to against another one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    /// Whose place in the list is held to it.
    pub(crate) of: usize,
    /// Against whom.
    pub(crate) against: usize,
    /// The greatest ratio.
    pub(crate) most: f64,
}

/// Entrants who do the same jobs, and what is promised of ours.
pub(crate) struct Contest {
    /// Where the databases are.
    pub(crate) stores: &'static [&'static str],
    /// The reference first.
    pub(crate) entrants: &'static [Entrant],
    /// The bounds for a job.
    pub(crate) bounds: fn(&Job) -> Vec<Bound>,
}

/// The ratio to the bare driver that the engine must stay under.
const ENGINE_BOUND: f64 = 1.10;
/// Ahead of another one.
const AHEAD: f64 = 1.0;

/// Values through the engine against the bare binding.
pub(crate) const ON_SQLITE: Contest = Contest {
    stores: &STORES,
    entrants: &[
        Entrant { name: REFERENCE, peer: REFERENCE, is_tracked: false, bound: None },
        Entrant { name: "aludel", peer: "aludel", is_tracked: false, bound: None },
    ],
    bounds: |_job| vec![Bound { of: 1, against: 0, most: ENGINE_BOUND }],
};

/// Values through the engine on a PostgreSQL server, against the bare driver and against the libraries that others use.
pub(crate) const ON_POSTGRES: Contest = Contest {
    stores: &["postgres"],
    entrants: &[
        Entrant { name: "tokio-postgres", peer: "tokio-postgres", is_tracked: false, bound: None },
        Entrant { name: "diesel", peer: "diesel-postgres", is_tracked: false, bound: None },
        Entrant { name: "sqlx", peer: "sqlx", is_tracked: false, bound: None },
        Entrant { name: "sea-orm", peer: "sea-orm", is_tracked: false, bound: None },
        Entrant { name: "aludel", peer: "aludel", is_tracked: false, bound: None },
    ],
    bounds: |job| {
        let ours = 4;
        let to_driver = (job.name != "insert1000").then_some(Bound { of: ours, against: 0, most: ENGINE_BOUND });
        let to_others = (1..ours).filter(|_| job.name != "point").map(|against| Bound { of: ours, against, most: AHEAD });
        to_driver.into_iter().chain(to_others).collect()
    },
};
