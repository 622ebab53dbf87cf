//! How late a timer of one millisecond comes while two long statements run beside it on one worker thread: through the
//! engine, which hands the thread's other tasks over, and by the bare binding inside the tasks, which does not.

use std::process::Command;

use super::peer::{self, Form, Peer, Peers};
use super::statistics::Sample;
use super::table::{self, Table};
use crate::shell::{self, Outcome};

/// The folder in `bench/` of the program that is measured.
pub(crate) const PEER: &str = "aludel";

struct Entrant {
    name: &'static str,
    form: Form,
    lateness: Sample,
    statements: Sample,
}

impl Entrant {
    fn new(name: &'static str, form: Form) -> Entrant {
        Entrant { name, form, lateness: Sample::default(), statements: Sample::default() }
    }
}

/// Measures both by turns and prints the table.
///
/// # Errors
/// If the peer was not built or fails.
pub(crate) fn run(peers: &Peers, rounds: usize) -> Outcome {
    let mut peer = Peer::start(Command::new(peers.required(PEER)?).arg(peer::data_folder("ticks")?))?;
    let mut entrants = [Entrant::new("aludel, with hand-off", Form::Engine), Entrant::new("rusqlite inline, without", Form::Inline)];
    shell::heading(&format!("bench: worst tick of a 1 ms timer beside two long statements, one worker thread, {rounds} rounds"));
    for _ in 0..rounds {
        for entrant in &mut entrants {
            let ticks = peer.ticks(entrant.form)?;
            entrant.lateness.push(ticks.lateness);
            entrant.statements.push(ticks.statements);
        }
    }
    print(&entrants);
    Ok(())
}

fn print(entrants: &[Entrant]) {
    let mut table = Table::new(&["statements", "worst tick of a round, median", "of all rounds", "both statements took"]);
    for Entrant { name, lateness, statements, .. } in entrants {
        let worst = table::milliseconds(lateness.quantile(1.0));
        table.row(vec![(*name).into(), table::milliseconds(lateness.median()), worst, table::time(statements.median())]);
    }
    table.print();
}
