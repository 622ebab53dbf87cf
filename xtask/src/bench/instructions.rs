//! Counts instructions instead of time: valgrind runs N and 2N iterations of a job, and the difference is what N cost.
//! What a peer does before and after its iterations falls out of it.

use std::path::Path;
use std::process::Command;

use super::jobs::{ENTRANTS, Entrant, Job, REFERENCE, STORES};
use super::peer::{self, Peer, Peers};
use super::table::{self, Table};
use crate::shell::{self, Outcome};

/// Counts `jobs` on every store and prints the table.
///
/// # Errors
/// If valgrind is not installed, the reference was not built, or a peer fails.
pub(crate) fn run(peers: &Peers, jobs: &[&Job]) -> Outcome {
    if !shell::answers("valgrind", &["--version"]) {
        return Err("`--instructions` needs valgrind, which is not installed".into());
    }
    peers.required(REFERENCE)?;
    shell::heading("bench: count instructions (slow)");
    let mut table = Table::new(&["job", "store", "entrant", "instructions", "ratio to rusqlite", "bound", "verdict"]);
    for job in jobs {
        for store in STORES {
            println!("    {} on {store}", job.name);
            let mut reference = f64::NAN;
            for entrant in &ENTRANTS {
                let Some(program) = peers.program(entrant.peer) else { continue };
                let count = per_iteration(program, entrant, (job, store))?;
                if entrant.name == REFERENCE {
                    reference = count;
                }
                let mut row = vec![job.name.into(), store.into(), entrant.name.into(), format!("{count:.0}")];
                row.extend(judged(count / reference, entrant.bound));
                table.row(row);
            }
        }
    }
    shell::heading("bench: instructions per iteration");
    table.print();
    Ok(())
}

/// Returns the cells of a ratio: itself, its bound, and whether it keeps to it.
fn judged(ratio: f64, bound: Option<f64>) -> [String; 3] {
    let verdict = bound.map_or("", |bound| if ratio <= bound { "met" } else { "missed" });
    [format!("{ratio:.2}"), bound.map(table::bound).unwrap_or_default(), verdict.into()]
}

fn per_iteration(program: &Path, entrant: &Entrant, (job, store): (&Job, &str)) -> Outcome<f64> {
    let iterations = job.instruction_iterations;
    // Unchecked: to read what was inserted costs more, the more was inserted.
    let request = |times: u64| format!("{} unchecked", entrant.request(job, store, times));
    let once = count(program, &request(iterations))?;
    let twice = count(program, &request(2 * iterations))?;
    Ok((twice as f64 - once as f64) / iterations as f64)
}

/// Returns the instructions of a whole process that does one request.
fn count(program: &Path, request: &str) -> Outcome<u64> {
    let folder = peer::data_folder("instructions")?;
    let log = folder.join("callgrind.log");
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command.arg(format!("--log-file={}", log.display())).arg(program).arg(&folder);
    let mut peer = Peer::start(&mut command)?;
    peer.measure(request)?;
    // The total is written when the process ends.
    drop(peer);
    total(&std::fs::read_to_string(&log)?).ok_or_else(|| format!("{} has no total", log.display()).into())
}

/// Reads the total of a line like `==12== Collected : 3456`.
fn total(log: &str) -> Option<u64> {
    let line = log.lines().rev().find_map(|line| line.split_once("Collected :"))?;
    line.1.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_total_is_read() {
        assert_eq!(super::total("==7== Events    : Ir\n==7== Collected : 123456\n==7== \n"), Some(123_456));
        assert_eq!(super::total("==7== \n"), None);
    }
}
