//! Many tasks that insert into one file against one task that inserts as many rows; each row is committed by itself.

use std::process::Command;

use super::peer::{self, Peer, Peers};
use super::statistics::Sample;
use super::table::{self, Table};
use crate::shell::{self, Outcome};

/// The folder in `bench/` of the program that is measured.
pub(crate) const PEER: &str = "aludel";
const TASKS: usize = 32;
const ROWS_A_TASK: usize = 200;
const ROWS: usize = TASKS * ROWS_A_TASK;

/// Measures both by turns and prints the table.
///
/// # Errors
/// If the peer was not built or fails, or a row is missing afterwards.
pub(crate) fn run(peers: &Peers, rounds: usize) -> Outcome {
    let mut peer = Peer::start(Command::new(peers.required(PEER)?).arg(peer::data_folder("writers")?))?;
    shell::heading(&format!("bench: {ROWS} rows inserted and committed one by one into a file, {rounds} rounds"));
    let (mut many, mut one) = (Sample::default(), Sample::default());
    // The first round warms up.
    for number in 0..=rounds {
        let of_many = peer.measure(&format!("writers {TASKS} {ROWS_A_TASK}"))?;
        let of_one = peer.measure(&format!("writers 1 {ROWS}"))?;
        if of_many.checksum != of_one.checksum {
            return Err(format!("{TASKS} tasks wrote something else than one").into());
        }
        if number > 0 {
            many.push(of_many.nanoseconds / ROWS as f64);
            one.push(of_one.nanoseconds / ROWS as f64);
        }
    }
    print(&many, &one);
    Ok(())
}

/// Both samples are nanoseconds per row.
fn print(many: &Sample, one: &Sample) {
    let mut table = Table::new(&["tasks", "rows/s", "time per row", "p10 – p90", "rate, ratio to one task"]);
    for (tasks, row) in [(TASKS, many), (1, one)] {
        table.row(vec![
            tasks.to_string(),
            format!("{:.0}", 1e9 / row.median()),
            table::time(row.median()),
            table::times_spread(row),
            table::ratio(&one.ratio_to(row)),
        ]);
    }
    table.print();
}
