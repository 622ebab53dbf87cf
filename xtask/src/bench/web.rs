//! Measures the two servers in `bench/`: requests per second, and CPU time of the server per request.
//! By turns; server and load on a core each where there are two.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::peer::Peers;
use super::server::{self, BOUND, Load, SERVERS, Server};
use super::statistics::Sample;
use super::table::{self, Table};
use crate::shell::{self, Outcome};

pub(crate) const LOAD: Load = Load { connections: 32, requests: 20_000 };

struct Runner {
    server: Server,
    /// Nanoseconds per request, on the clock.
    wall: Sample,
    /// Nanoseconds per request, of the server's CPU.
    cpu: Sample,
}

/// Runs the servers and prints the table.
///
/// # Errors
/// If the reference was not built, or a server answers wrongly.
pub(crate) fn run(peers: &Peers, rounds: usize) -> Outcome {
    let mut runners = vec![start(SERVERS[0], peers.required(SERVERS[0])?)?];
    for name in &SERVERS[1..] {
        if let Some(program) = peers.program(name) {
            runners.push(start(name, program)?);
        }
    }
    let Load { connections, requests } = LOAD;
    shell::heading(&format!("bench: web, {rounds} rounds of {requests} requests by {connections} connections"));
    let tick = nanoseconds_per_tick();
    for number in 0..=rounds {
        let first = number % runners.len();
        for turn in 0..runners.len() {
            let index = (first + turn) % runners.len();
            let (wall, cpu) = round(&runners[index].server, tick)?;
            // The first round warms up.
            if number > 0 {
                runners[index].wall.push(wall);
                runners[index].cpu.push(cpu);
            }
        }
    }
    print(&runners);
    Ok(())
}

fn start(name: &'static str, program: &Path) -> Outcome<Runner> {
    let server = Server::start(name, &server::words(program))?;
    Ok(Runner { server, wall: Sample::default(), cpu: Sample::default() })
}

fn print(runners: &[Runner]) {
    let mut table = Table::new(&["server", "requests/s", "ratio", "CPU per request", "p10 – p90", "ratio", "bound", "verdict"]);
    let reference = &runners[0];
    let mut are_decided = true;
    for Runner { server, wall, cpu } in runners {
        let ratio = cpu.ratio_to(&reference.cpu);
        let is_ours = server.name != reference.server.name;
        are_decided &= !(is_ours && ratio.is_undecided(BOUND));
        table.row(vec![
            server.name.into(),
            format!("{:.0}", 1e9 / wall.median()),
            table::ratio(&reference.wall.ratio_to(wall)),
            table::time(cpu.median()),
            table::times_spread(cpu),
            table::ratio(&ratio),
            if is_ours { table::bound(BOUND) } else { String::new() },
            if is_ours { table::verdict(&ratio, BOUND).into() } else { String::new() },
        ]);
    }
    table.print();
    if !are_decided {
        println!("the times scatter too much: `cargo xtask bench web --instructions` decides");
    }
}

fn round(server: &Server, nanoseconds_per_tick: f64) -> Outcome<(f64, f64)> {
    let before = cpu_ticks(server.process())?;
    let wall = server.load(LOAD)?;
    let ticks = cpu_ticks(server.process())? - before;
    let requests = LOAD.requests as f64;
    Ok((wall / requests, ticks as f64 * nanoseconds_per_tick / requests))
}

/// Returns the CPU time that a process has used, in clock ticks: user and system.
///
/// Source: <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>, fields 14 and 15.
fn cpu_ticks(process: u32) -> Outcome<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name of the program, field 2, may hold blanks; it ends with the last parenthesis.
    let after_name = stat.rsplit_once(')').ok_or("/proc/PID/stat has no name")?.1;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    match (fields.get(11), fields.get(12)) {
        (Some(user), Some(system)) => Ok(user.parse::<u64>()? + system.parse::<u64>()?),
        _ => Err("/proc/PID/stat is too short".into()),
    }
}

fn nanoseconds_per_tick() -> f64 {
    let told = shell::output(Command::new("getconf").arg("CLK_TCK")).ok();
    let ticks_per_second = told.and_then(|(text, _)| text.trim().parse().ok()).unwrap_or(100.0);
    1e9 / ticks_per_second
}
