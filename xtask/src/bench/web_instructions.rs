//! Counts what a request costs each of the two servers in `bench/`, in instructions: each serves N and then, started anew,
//! 2N requests of as many connections as are measured on the clock, and the difference is what N cost. Start and end fall out of it.
//! Callgrind does not see into the kernel, so that the ratio is that of the programs alone: the stricter one, where both ask
//! the kernel for the same.

use std::path::Path;

use super::callgrind;
use super::peer::{self, Peers};
use super::server::{BOUND, Load, SERVERS, Server};
use super::table::Table;
use super::web::LOAD;
use crate::shell::{self, Outcome};

const REQUESTS: usize = 3_200;

/// Counts and prints the table.
///
/// # Errors
/// If valgrind is not installed, the reference was not built, or a server answers wrongly.
pub(crate) fn run(peers: &Peers) -> Outcome {
    callgrind::required()?;
    peers.required(SERVERS[0])?;
    shell::heading("bench: count the instructions of the servers (slow)");
    let mut table = Table::new(&["server", "instructions per request", "ratio", "bound", "verdict"]);
    let mut reference = f64::NAN;
    for name in SERVERS {
        let Some(program) = peers.program(name) else { continue };
        println!("    {name}");
        let count = per_request(name, program)?;
        let is_ours = name != SERVERS[0];
        if !is_ours {
            reference = count;
        }
        let mut row = vec![name.into(), format!("{count:.0}")];
        row.extend(callgrind::judged(count / reference, is_ours.then_some(BOUND)));
        table.row(row);
    }
    shell::heading("bench: instructions per request, outside of the kernel");
    table.print();
    Ok(())
}

fn per_request(name: &'static str, program: &Path) -> Outcome<f64> {
    let once = count(name, program, REQUESTS)?;
    let twice = count(name, program, 2 * REQUESTS)?;
    Ok((twice as f64 - once as f64) / REQUESTS as f64)
}

/// Returns the instructions of a server that answers so many requests, from its start to its end.
fn count(name: &'static str, program: &Path, requests: usize) -> Outcome<u64> {
    let log = peer::data_folder("instructions")?.join("callgrind.log");
    let mut words = callgrind::words(&log).to_vec();
    words.push(program.display().to_string());
    let server = Server::start(name, &words)?;
    server.load(Load { connections: LOAD.connections, requests })?;
    server.end()?;
    callgrind::total(&log)
}
