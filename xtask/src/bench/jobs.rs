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
