//! Measures the data peers on SQLite and prints the table of the jobs.

use std::process::Command;

use super::jobs::{Bound, ENTRANTS, Job, REFERENCE, STORES};
use super::peer::{self, Peer, Peers};
use super::statistics::Sample;
use super::table::{self, Table};
use super::turns::{Runner, is_undecided, measure};
use crate::shell::{self, Outcome};

/// Runs `jobs` on every store and prints the table.
///
/// # Errors
/// If the reference was not built, a peer fails, or peers disagree on a checksum.
pub(crate) fn run(peers: &Peers, jobs: &[&Job], rounds: usize) -> Outcome {
    let mut runners = start(peers)?;
    let bounds = bounds(&runners);
    let mut table = Table::new(&["job", "store", "entrant", "median", "p10 – p90", "ratio to rusqlite", "bound", "verdict", "rounds"]);
    let mut are_decided = true;
    for job in jobs {
        for store in STORES {
            println!("    {} on {store}", job.name);
            measure(&mut runners, (job, store), (rounds, &bounds))?;
            add_rows(&mut table, &runners, (job, store));
            are_decided &= !is_undecided(&runners, &bounds);
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

/// What ours must keep to against the reference.
fn bounds(runners: &[Runner]) -> Vec<Bound> {
    let bound = |(of, runner): (usize, &Runner)| runner.entrant.bound.map(|most| Bound { of, against: 0, most });
    runners.iter().enumerate().filter_map(bound).collect()
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
