//! Measures the data peers: all entrants of a job by turns in one run, so that what slows the machine slows them all.
//! Rounds go on while a ratio scatters too much to be told from its bound.

use std::process::Command;

use super::jobs::{ENTRANTS, Entrant, Job, REFERENCE, STORES};
use super::peer::{self, Peer, Peers};
use super::statistics::Sample;
use super::table::{self, Table};
use crate::shell::{self, Outcome};

/// What one round of one entrant should take.
const ROUND_NANOSECONDS: f64 = 40e6;
/// Rounds end at so many times the number to begin with.
const MOST_EXTENSIONS: usize = 4;

struct Runner {
    entrant: &'static Entrant,
    peer: Peer,
    sample: Sample,
}

/// Runs `jobs` on every store and prints the table.
///
/// # Errors
/// If the reference was not built, a peer fails, or peers disagree on a checksum.
pub(crate) fn run(peers: &Peers, jobs: &[&Job], rounds: usize) -> Outcome {
    let mut runners = start(peers)?;
    let mut table = Table::new(&["job", "store", "entrant", "median", "p10 – p90", "ratio to rusqlite", "bound", "verdict", "rounds"]);
    let mut are_decided = true;
    for job in jobs {
        for store in STORES {
            println!("    {} on {store}", job.name);
            measure(&mut runners, (job, store), rounds)?;
            add_rows(&mut table, &runners, (job, store));
            are_decided &= !is_undecided(&runners);
        }
    }
    shell::heading("bench: time per iteration");
    table.print();
    if !are_decided {
        println!("where the times scatter too much, `cargo xtask bench NAME --instructions` decides");
    }
    Ok(())
}

fn start(peers: &Peers) -> Outcome<Vec<Runner>> {
    shell::heading("bench: run by turns");
    peers.required(REFERENCE)?;
    let mut runners = Vec::new();
    let mut versions = Vec::new();
    for entrant in &ENTRANTS {
        let Some(program) = peers.program(entrant.peer) else { continue };
        let mut peer = Peer::start(Command::new(program).arg(peer::data_folder(&entrant.name.replace(' ', "-"))?))?;
        let version = peer.version()?;
        println!("    {}: SQLite {version}", entrant.name);
        versions.push(version);
        runners.push(Runner { entrant, peer, sample: Sample::default() });
    }
    if versions.windows(2).any(|pair| pair[0] != pair[1]) {
        println!("    warning: the versions differ, so the ratios measure SQLite too");
    }
    Ok(runners)
}

fn measure(runners: &mut [Runner], place: (&Job, &str), rounds: usize) -> Outcome {
    for runner in runners.iter_mut() {
        runner.sample = Sample::default();
    }
    let iterations = calibrate(runners, place)?;
    for extension in 1..=MOST_EXTENSIONS {
        for _ in 0..rounds {
            round(runners, place, iterations)?;
        }
        if extension == MOST_EXTENSIONS || !is_undecided(runners) {
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
        let request = ENTRANTS[0].request(job, store, iterations);
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

fn is_undecided(runners: &[Runner]) -> bool {
    let reference = &runners[0].sample;
    runners.iter().any(|runner| {
        let ratio = runner.sample.ratio_to(reference);
        runner.entrant.bound.is_some_and(|bound| ratio.is_undecided(bound))
    })
}

fn add_rows(table: &mut Table, runners: &[Runner], (job, store): (&Job, &str)) {
    let reference = &runners[0].sample;
    for runner in runners {
        let Runner { entrant, sample, .. } = runner;
        let ratio = sample.ratio_to(reference);
        table.row(vec![
            job.name.into(),
            store.into(),
            entrant.name.into(),
            table::time(sample.median()),
            table::times_spread(sample),
            if entrant.name == REFERENCE { "1".into() } else { table::ratio(&ratio) },
            entrant.bound.map(table::bound).unwrap_or_default(),
            entrant.bound.map(|bound| table::verdict(&ratio, bound).into()).unwrap_or_default(),
            sample.len().to_string(),
        ]);
    }
}
