//! A server in `bench/` as a process: started on a free port, asked whether it serves the page, gone with its handle.
//! Knows no measurement.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::load::{self, LOAD_COMMAND};
use super::peer;
use crate::shell::{self, Outcome};

/// The server that the other is measured against, then the other.
pub(crate) const SERVERS: [&str; 2] = ["web-axum", "web-aludel"];
/// The ratio to the reference that ours must stay under.
pub(crate) const BOUND: f64 = 1.15;

const PATIENCE: Duration = Duration::from_secs(60);

/// A server that has answered once.
pub(crate) struct Server {
    pub(crate) name: &'static str,
    child: Child,
    port: u16,
}

impl Server {
    /// Starts the program that `words` call, and has it make and read a row. It runs on the first core where there are two.
    ///
    /// # Errors
    /// If it cannot be started, does not listen, or answers wrongly.
    pub(crate) fn start(name: &'static str, words: &[String]) -> Outcome<Server> {
        let folder = peer::data_folder(name)?;
        let log = fs::File::create(folder.join("server.log"))?;
        let port = free_port()?;
        let mut command = pinned(words, 0);
        command.args(["run", "--port", &port.to_string()]).current_dir(&folder);
        let child = command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()?;
        let server = Server { name, child, port };
        server.wait()?;
        let (status, _) = load::request(port, "POST /people/bob HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n")?;
        let (_, body) = load::request(port, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")?;
        match body == "bob" {
            true => Ok(server),
            false => Err(format!("{name}: POST gave `{status}`, then GET gave `{body}` instead of `bob`").into()),
        }
    }

    fn wait(&self) -> Outcome {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if start.elapsed() > PATIENCE {
                return Err(format!("{} does not listen on port {}", self.name, self.port).into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Returns the number of its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Sends requests from another process, on the other core; returns the nanoseconds that all took together.
    ///
    /// # Errors
    /// If a connection fails or an answer is not 200.
    pub(crate) fn load(&self, Load { connections, requests }: Load) -> Outcome<f64> {
        let this = std::env::current_exe()?.display().to_string();
        let mut command = pinned(&[this], 1);
        command.args([LOAD_COMMAND, &self.port.to_string(), &connections.to_string(), &requests.to_string()]);
        let (nanoseconds, _) = shell::output(&mut command)?;
        Ok(nanoseconds.trim().parse()?)
    }

    /// Tells it to end, and waits until it has.
    ///
    /// # Errors
    /// If it cannot be told, or does not end in time.
    pub(crate) fn end(mut self) -> Outcome {
        shell::output(Command::new("kill").args(["-TERM", &self.process().to_string()]))?;
        let start = Instant::now();
        while self.child.try_wait()?.is_none() {
            if start.elapsed() > PATIENCE {
                return Err(format!("{} does not end", self.name).into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; either way it is gone afterwards.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How much is asked at once, and how often.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) connections: usize,
    pub(crate) requests: usize,
}

/// Returns the words that call a program.
pub(crate) fn words(program: &Path) -> Vec<String> {
    vec![program.display().to_string()]
}

/// Returns a call that stays on one core, where there are two and `taskset` is installed.
fn pinned(words: &[String], core: usize) -> Command {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut all = words.to_vec();
    if cores > 1 && shell::answers("taskset", &["--version"]) {
        all.splice(0..0, ["taskset".to_owned(), "--cpu-list".to_owned(), core.to_string()]);
    }
    let mut command = Command::new(&all[0]);
    command.args(&all[1..]);
    command
}

fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
