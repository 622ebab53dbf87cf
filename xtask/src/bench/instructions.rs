//! Counts instructions instead of time: valgrind runs N and 2N iterations of a job, and the difference is what N cost.
//! What a peer does before and after its iterations falls out of it.

use std::path::Path;

use super::callgrind;
use super::jobs::{ENTRANTS, Entrant, Job, REFERENCE, STORES};
use super::peer::{self, Peer, Peers};
use super::table::Table;
use crate::shell::{self, Outcome};

/// Counts `jobs` on every store and prints the table.
///
/// # Errors
/// If valgrind is not installed, the reference was not built, or a peer fails.
pub(crate) fn run(peers: &Peers, jobs: &[&Job]) -> Outcome {
    callgrind::required()?;
    peers.required(REFERENCE)?;
    shell::heading("bench: count instructions (slow)");
    let mut table = Table::new(&["job", "store", "entrant", "instructions", "ratio to rusqlite", "bound", "verdict"]);
    for job in jobs {
        for store in STORES {
            println!("    {} on {store}", job.name);
            let mut reference = f64::NAN;
            for entrant in &ENTRANTS {
                let Some(program) = peers.program(entrant.peer) else { continue };
                let count = per_iteration((program, &[]), entrant, (job, store))?;
                if entrant.name == REFERENCE {
                    reference = count;
                }
                let mut row = vec![job.name.into(), store.into(), entrant.name.into(), format!("{count:.0}")];
                row.extend(callgrind::judged(count / reference, entrant.bound));
                table.row(row);
            }
        }
    }
    shell::heading("bench: instructions per iteration");
    table.print();
    Ok(())
}

/// Returns what an iteration of a job costs; a peer on a server is told of it by what stands behind its folder.
pub(super) fn per_iteration(program: (&Path, &[String]), entrant: &Entrant, (job, store): (&Job, &str)) -> Outcome<f64> {
    let iterations = job.instruction_iterations;
    // Unchecked: to read what was inserted costs more, the more was inserted.
    let request = |times: u64| format!("{} unchecked", entrant.request(job, store, times));
    let once = count(program, &request(iterations))?;
    let twice = count(program, &request(2 * iterations))?;
    Ok((twice as f64 - once as f64) / iterations as f64)
}

/// Returns the instructions of a whole process that does one request.
fn count((program, rest): (&Path, &[String]), request: &str) -> Outcome<u64> {
    let folder = peer::data_folder("instructions")?;
    let log = folder.join("callgrind.log");
    let mut command = callgrind::command(program, &log);
    command.arg(&folder).args(rest);
    let mut peer = Peer::start(&mut command)?;
    peer.measure(request)?;
    // The total is written when the process ends.
    drop(peer);
    callgrind::total(&log)
}
