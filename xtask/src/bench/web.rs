//! Measures the two servers in `bench/`: requests per second, and CPU time of the server per request.
//! By turns; server and load on a core each where there are two.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::load::{self, LOAD_COMMAND};
use super::peer::{self, Peers};
use super::statistics::Sample;
use super::table::{self, Table};
use crate::shell::{self, Outcome};

/// The server that the other is measured against, then the other.
pub(crate) const SERVERS: [&str; 2] = ["web-axum", "web-aludel"];
/// The ratio of CPU time to the reference that ours must stay under.
const CPU_BOUND: f64 = 1.15;
const CONNECTIONS: usize = 32;
const REQUESTS: usize = 20_000;
const START_PATIENCE: Duration = Duration::from_secs(20);

struct Server {
    name: &'static str,
    child: Child,
    port: u16,
    /// Nanoseconds per request, on the clock.
    wall: Sample,
    /// Nanoseconds per request, of the server's CPU.
    cpu: Sample,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; either way it is gone afterwards.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the servers and prints the table.
///
/// # Errors
/// If the reference was not built, or a server answers wrongly.
pub(crate) fn run(peers: &Peers, rounds: usize) -> Outcome {
    let reference = start(SERVERS[0], peers.required(SERVERS[0])?)?;
    let mut servers = vec![reference];
    for name in &SERVERS[1..] {
        if let Some(program) = peers.program(name) {
            servers.push(start(name, program)?);
        }
    }
    shell::heading(&format!("bench: web, {rounds} rounds of {REQUESTS} requests by {CONNECTIONS} connections"));
    let tick = nanoseconds_per_tick();
    for number in 0..=rounds {
        let first = number % servers.len();
        for turn in 0..servers.len() {
            let index = (first + turn) % servers.len();
            let (wall, cpu) = round(&servers[index], tick)?;
            // The first round warms up.
            if number > 0 {
                servers[index].wall.push(wall);
                servers[index].cpu.push(cpu);
            }
        }
    }
    print(&servers);
    Ok(())
}

fn print(servers: &[Server]) {
    let mut table = Table::new(&["server", "requests/s", "ratio", "CPU per request", "p10 – p90", "ratio", "bound", "verdict"]);
    let reference = &servers[0];
    for server in servers {
        let cpu = server.cpu.ratio_to(&reference.cpu);
        let is_ours = server.name != reference.name;
        let rates = table::ratio(&reference.wall.ratio_to(&server.wall));
        table.row(vec![
            server.name.into(),
            format!("{:.0}", 1e9 / server.wall.median()),
            rates,
            table::time(server.cpu.median()),
            table::times_spread(&server.cpu),
            table::ratio(&cpu),
            if is_ours { table::bound(CPU_BOUND) } else { String::new() },
            if is_ours { table::verdict(&cpu, CPU_BOUND).into() } else { String::new() },
        ]);
    }
    table.print();
}

fn start(name: &'static str, program: &Path) -> Outcome<Server> {
    let folder = peer::data_folder(name)?;
    let log = fs::File::create(folder.join("server.log"))?;
    let port = free_port()?;
    let mut command = pinned(program, 0);
    command.args(["run", "--port", &port.to_string()]).current_dir(&folder);
    let child = command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()?;
    let server = Server { name, child, port, wall: Sample::default(), cpu: Sample::default() };
    wait_for(&server)?;
    let (status, _) = load::request(port, "POST /people/bob HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n")?;
    let (_, body) = load::request(port, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")?;
    if body != "bob" {
        return Err(format!("{name}: POST gave `{status}`, then GET gave `{body}` instead of `bob`").into());
    }
    Ok(server)
}

fn wait_for(server: &Server) -> Outcome {
    let start = Instant::now();
    while TcpStream::connect(("127.0.0.1", server.port)).is_err() {
        if start.elapsed() > START_PATIENCE {
            return Err(format!("{} does not listen on port {}", server.name, server.port).into());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn round(server: &Server, nanoseconds_per_tick: f64) -> Outcome<(f64, f64)> {
    let mut command = pinned(&std::env::current_exe()?, 1);
    command.args([LOAD_COMMAND, &server.port.to_string(), &CONNECTIONS.to_string(), &REQUESTS.to_string()]);
    let before = cpu_ticks(server.child.id())?;
    let (nanoseconds, _) = shell::output(&mut command)?;
    let ticks = cpu_ticks(server.child.id())? - before;
    let wall: f64 = nanoseconds.trim().parse()?;
    Ok((wall / REQUESTS as f64, ticks as f64 * nanoseconds_per_tick / REQUESTS as f64))
}

/// Returns a call of `program` that stays on one core, where there are two and `taskset` is installed.
fn pinned(program: &Path, core: usize) -> Command {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    if cores < 2 || !shell::answers("taskset", &["--version"]) {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", &core.to_string()]).arg(program);
    command
}

fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
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
