//! Entrants by turns: all of them in one run, so that what slows the machine slows them all. Rounds go on while a ratio scatters
//! too much to be told from its bound.

use super::jobs::{Bound, Entrant, Job};
use super::peer::Peer;
use super::statistics::Sample;
use crate::shell::Outcome;

/// What one round of one entrant should take.
const ROUND_NANOSECONDS: f64 = 40e6;
/// Rounds end at so many times the number to begin with.
const MOST_EXTENSIONS: usize = 4;

/// An entrant, its program that runs, and what it has taken so far.
pub(super) struct Runner {
    pub(super) entrant: &'static Entrant,
    pub(super) peer: Peer,
    pub(super) sample: Sample,
}

/// Measures a job by turns.
///
/// # Errors
/// If a peer fails, or peers disagree on a checksum.
pub(super) fn measure(runners: &mut [Runner], place: (&Job, &str), (rounds, bounds): (usize, &[Bound])) -> Outcome {
    for runner in runners.iter_mut() {
        runner.sample = Sample::default();
    }
    let iterations = calibrate(runners, place)?;
    for extension in 1..=MOST_EXTENSIONS {
        for _ in 0..rounds {
            round(runners, place, iterations)?;
        }
        if extension == MOST_EXTENSIONS || !is_undecided(runners, bounds) {
            break;
        }
        println!("        a ratio is too near to its bound for its spread: {rounds} more rounds");
    }
    Ok(())
}

/// Returns how many iterations take the reference one round; every entrant is warm afterwards.
fn calibrate(runners: &mut [Runner], (job, store): (&Job, &str)) -> Outcome<u64> {
    let mut iterations = 1;
    loop {
        let request = runners[0].entrant.request(job, store, iterations);
        let nanoseconds = runners[0].peer.measure(&request)?.nanoseconds;
        if nanoseconds >= ROUND_NANOSECONDS / 4.0 {
            let fitting = iterations as f64 * ROUND_NANOSECONDS / nanoseconds;
            iterations = fitting.ceil().max(1.0) as u64;
            break;
        }
        iterations *= 2;
    }
    for runner in runners {
        runner.peer.measure(&runner.entrant.request(job, store, iterations.div_ceil(4)))?;
    }
    Ok(iterations)
}

/// Runs every entrant once, beginning with another one each time.
fn round(runners: &mut [Runner], (job, store): (&Job, &str), iterations: u64) -> Outcome {
    let first = runners[0].sample.len() % runners.len();
    let mut checksum = None;
    for turn in 0..runners.len() {
        let index = (first + turn) % runners.len();
        let Runner { entrant, peer, sample } = &mut runners[index];
        let measured = peer.measure(&entrant.request(job, store, iterations))?;
        if *checksum.get_or_insert(measured.checksum) != measured.checksum {
            return Err(format!("`{}` read something else than the others in `{}`", entrant.name, job.name).into());
        }
        sample.push(measured.nanoseconds / iterations as f64);
    }
    Ok(())
}

/// Tells whether a ratio scatters too much to be told from its bound.
pub(super) fn is_undecided(runners: &[Runner], bounds: &[Bound]) -> bool {
    bounds.iter().any(|bound| ratio(runners, bound).is_undecided(bound.most))
}

/// Returns the ratios that a bound is about.
pub(super) fn ratio(runners: &[Runner], bound: &Bound) -> Sample {
    runners[bound.of].sample.ratio_to(&runners[bound.against].sample)
}
