//! Processes that are not our children's: are they there, and how are they told to end.
//! By the shell and `/proc`, since a call to the system would need `unsafe`.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::shell::Outcome;

/// How often a condition is looked at.
const STEP: Duration = Duration::from_millis(50);

/// Sends a signal, by its name without `SIG`.
///
/// # Errors
/// If there is no such process, or it is not ours.
pub(super) fn signal(pid: u32, name: &str) -> Outcome {
    let status = Command::new("sh").args(["-c", "kill -s \"$1\" \"$2\"", "sh", name, &pid.to_string()]).status()?;
    if status.success() { Ok(()) } else { Err(format!("cannot send SIG{name} to process {pid}").into()) }
}

/// Tells whether the process `pid` lives and was started with `path` among its words.
///
/// Numbers of processes come again: the words tell a server of ours from a stranger.
pub(super) fn works_in(pid: u32, path: &Path) -> bool {
    let Ok(line) = fs::read(format!("/proc/{pid}/cmdline")) else { return false };
    String::from_utf8_lossy(&line).split('\0').any(|word| word.ends_with(&*path.to_string_lossy()))
}

/// Asks again and again until there is an answer, for at most `limit`.
pub(super) fn until<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if start.elapsed() > limit {
            return None;
        }
        thread::sleep(STEP);
    }
}
