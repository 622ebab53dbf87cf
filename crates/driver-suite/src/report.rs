//! `Report`: what came of a campaign; and the search for faults that are planted on purpose: a campaign that does not find one of
//! them finds no other either.

use std::fmt::{self, Debug};
use std::time::Duration;

/// So many anomalies are shown.
const SHOWN: usize = 10;

/// What came of a campaign.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its name, by which `cargo xtask campaign` runs it.
    pub(crate) campaign: &'static str,
    /// Which part of it, on which database.
    pub(crate) part: String,
    /// How many cases were tried.
    pub(crate) cases: usize,
    pub(crate) took: Duration,
    /// What brings the same cases again, if they are random.
    pub(crate) seed: u64,
    /// What else is to be told.
    pub(crate) told: String,
    /// What should not be.
    pub(crate) anomalies: Vec<String>,
}

/// As `cargo xtask campaign` reads it.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { campaign, part, cases, took, seed, told, anomalies } = self;
        let (seconds, anomalies) = (took.as_secs_f64(), anomalies.len());
        write!(f, "campaign {campaign} {part}: {cases} cases, {seconds:.1} seconds, seed {seed}, {anomalies} anomalies; {told}")
    }
}

impl Report {
    /// Shows it.
    ///
    /// # Panics
    /// If there was no case, or something came of one that should not be.
    #[track_caller]
    #[expect(clippy::print_stdout, reason = "it is for who runs the tests, and for `cargo xtask campaign`")]
    pub fn check(&self) {
        println!("{self}");
        let Self { part, cases, seed, anomalies, .. } = self;
        let shown: Vec<_> = anomalies.iter().take(SHOWN).map(String::as_str).collect();
        assert!(anomalies.is_empty(), "{part}: {} anomalies with ALUDEL_SEED={seed}\n{}", anomalies.len(), shown.join("\n"));
        assert!(*cases > 0, "{part}: no case has run");
    }
}

/// Runs a campaign with each of these faults.
///
/// # Panics
/// If it does not find one, or there is none to be found.
#[expect(clippy::print_stdout, reason = "it is for who runs the tests, and for `cargo xtask campaign`")]
pub(crate) async fn find<F: Debug + Copy>(faults: &[F], run: impl AsyncFn(F) -> Report) {
    let mut missed = Vec::new();
    for fault in faults {
        let Report { campaign, part, cases, took, seed, anomalies, .. } = run(*fault).await;
        let found = anomalies.first().and_then(|found| found.lines().next());
        let what = found.map_or("NOT FOUND".to_owned(), |found| format!("found: {found}"));
        println!("planted {campaign} {part} {fault:?}: {:.1} s, after {cases} cases, {what}", took.as_secs_f64());
        if found.is_none() {
            missed.push(format!("{fault:?} by {campaign} {part} with the seed {seed}"));
        }
    }
    assert!(!faults.is_empty() && missed.is_empty(), "not found: {missed:?}");
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Report;

    #[test]
    fn a_report_is_a_line() {
        let report = Report {
            campaign: "proxy",
            part: "PostgreSQL cuts".to_owned(),
            cases: 116,
            took: Duration::from_millis(1_100),
            seed: 7,
            told: "Connect 44".to_owned(),
            anomalies: vec!["a".to_owned(), "b".to_owned()],
        };
        let line = "campaign proxy PostgreSQL cuts: 116 cases, 1.1 seconds, seed 7, 2 anomalies; Connect 44";
        assert_eq!(report.to_string(), line);
    }
}
