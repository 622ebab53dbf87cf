//! `Running`: the process of a server and those that it has started. Signals go by the shell, since a call to the system would need
//! `unsafe`.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a process may take to end.
const END: Duration = Duration::from_secs(20);

/// Whom `kill -9` meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kill {
    /// All processes of the server at once.
    All,
    /// The first one alone; the others notice, and end.
    First,
    /// One that serves a connection: the others are ended by the first one, which starts anew. Only where there is one for each.
    Worker,
}

/// How a server is told to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It ends the connections, and then itself in order.
    Fast,
    /// At once, so that it has to recover at its next start; only where there is such an order.
    Immediate,
}

/// A server that runs.
#[derive(Debug)]
pub(super) struct Running {
    first: Child,
    /// Ends the server if we are ended without a word, and removes its folder.
    guard: Child,
}

impl Running {
    /// Starts a server in its folder.
    pub(super) fn start(mut command: Command, folder: &Path) -> Self {
        let first = command.process_group(0).spawn().unwrap_or_else(|error| panic!("{command:?} cannot be run: {error}"));
        let mut guard = Command::new("sh");
        guard
            .args(["-c", "read -r _; kill -s INT \"$0\"; sleep 2; kill -s KILL \"$0\"; rm -rf \"$1\"", &first.id().to_string()])
            .arg(folder);
        let guard = guard.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a shell");
        Self { first, guard }
    }

    pub(super) fn has_ended(&mut self) -> bool {
        !matches!(self.first.try_wait(), Ok(None))
    }

    /// Kills the first process, and all that it has started.
    pub(super) fn kill(mut self, kill: Kill) {
        let first = self.first.id();
        // Nobody is to be started while they are counted.
        signal("STOP", &[first]);
        let others = children(first);
        match kill {
            Kill::All => signal("KILL", &[&[first], &others[..]].concat()),
            Kill::First | Kill::Worker => signal("KILL", &[first]),
        }
        let _reaped = self.first.wait();
        if !until(END, || !others.iter().any(|other| lives(*other))) {
            signal("KILL", &others);
        }
    }

    /// Kills one process that serves a connection, if there is one; `title` is in the names of these.
    pub(super) fn kill_worker(&self, title: &str) -> bool {
        let workers: Vec<_> = children(self.first.id()).into_iter().filter(|child| name(*child).contains(title)).collect();
        let Some(worker) = workers.last() else { return false };
        signal("KILL", &[*worker]);
        true
    }

    /// Sends the first process a signal, and waits for its end.
    pub(super) fn stop(mut self, with: &str) {
        signal(with, &[self.first.id()]);
        let ended = until(END, || self.has_ended());
        assert!(ended, "the server does not end");
    }

    /// Sends the first process a signal.
    pub(super) fn signal(&self, name: &str) {
        signal(name, &[self.first.id()]);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Before anything else: what it would kill may be another process by then.
        let _gone = self.guard.kill();
        let _reaped = self.guard.wait();
        if let Ok(None) = self.first.try_wait() {
            let others = children(self.first.id());
            signal("KILL", &[&[self.first.id()], &others[..]].concat());
            let _reaped = self.first.wait();
        }
    }
}

/// Looks again and again, for at most so long; whether it came.
pub(super) fn until(limit: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let started = Instant::now();
    while !condition() {
        if started.elapsed() > limit {
            return false;
        }
        // tidy: condition, the pause between two looks at it
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}

fn signal(name: &str, processes: &[u32]) {
    if processes.is_empty() {
        return;
    }
    let numbers = processes.iter().map(u32::to_string);
    // One that has ended meanwhile is no failure.
    let _ended = Command::new("sh").args(["-c", "kill -s \"$0\" \"$@\" 2>/dev/null", name]).args(numbers).status();
}

/// The state of a process and the number of the one that started it: behind the name, which may hold anything.
fn state(process: u32) -> Option<(char, u32)> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let mut words = stat.rsplit_once(')')?.1.split_whitespace();
    Some((words.next()?.chars().next()?, words.next()?.parse().ok()?))
}

fn lives(process: u32) -> bool {
    state(process).is_some_and(|(state, _)| state != 'Z')
}

fn children(of: u32) -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let processes = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    processes.filter(|process| state(*process).is_some_and(|(_, parent)| parent == of)).collect()
}

fn name(process: u32) -> String {
    String::from_utf8_lossy(&fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default()).into_owned()
}
