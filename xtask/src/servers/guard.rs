//! The process between us and a server: it stops the server when we end, by whatever we end.
//! It is told by its input, which the system closes even for a process that is killed.

use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::account::Account;
use super::process;
use crate::shell::Outcome;

/// The command of `xtask` that is a guard; no person calls it.
pub(crate) const GUARD_COMMAND: &str = "servers-guard";
/// How long a server may take to end by itself.
const END: Duration = Duration::from_secs(10);
/// Stands for no account.
const NOBODY: &str = "-";

/// What a guard is to know.
pub(super) struct Orders<'a> {
    /// Where the number of the server's process is to stand.
    pub(super) pid_file: &'a Path,
    pub(super) stop_signal: &'a str,
    pub(super) account: Option<Account>,
}

/// Starts a guard that runs `server`, with the output of `server`. It lives until its input is closed or the server ends.
///
/// # Errors
/// If it cannot be started.
pub(super) fn start(orders: &Orders<'_>, server: &Command, log: fs::File) -> Outcome<Child> {
    let account = orders.account.map_or(NOBODY.to_owned(), Account::to_word);
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(GUARD_COMMAND).arg(orders.pid_file).args([orders.stop_signal, &account]);
    command.arg(server.get_program()).args(server.get_args());
    if let Some(folder) = server.get_current_dir() {
        command.current_dir(folder);
    }
    // A group of its own: a Ctrl+C that reached the guard as well would end it before it has stopped the server.
    Ok(command.process_group(0).stdin(Stdio::piped()).stderr(log.try_clone()?).stdout(log).spawn()?)
}

/// Is a guard.
///
/// # Errors
/// If the server cannot be started.
pub(crate) fn run(words: &[String]) -> Outcome {
    let [pid_file, stop_signal, account, program, arguments @ ..] = words else {
        return Err(format!("`{GUARD_COMMAND}` is for `xtask` itself").into());
    };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null());
    if let Some(account) = Account::parse(account) {
        account.run_as(&mut command);
    }
    let mut server = command.spawn().map_err(|error| format!("cannot start `{program}`: {error}"))?;
    let pid = server.id();
    if let Err(error) = fs::write(pid_file, pid.to_string()) {
        server.kill()?;
        return Err(format!("cannot write `{pid_file}`: {error}").into());
    }
    let stop_signal = stop_signal.clone();
    thread::spawn(move || stop_at_the_end(pid, &stop_signal));
    server.wait()?;
    Ok(fs::remove_file(pid_file)?)
}

/// Waits for the end of our input, then ends the server, at last by force. The whole process ends as soon as the server has.
fn stop_at_the_end(pid: u32, stop_signal: &str) {
    // A read that fails is the end as well; a signal fails only if the server has ended.
    let _ = io::copy(&mut io::stdin(), &mut io::sink());
    let _ = process::signal(pid, stop_signal);
    thread::sleep(END);
    let _ = process::signal(pid, "KILL");
}
