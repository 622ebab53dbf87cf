//! A server of our own: made, started, waited for, and stopped when it is dropped.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use super::account::Account;
use super::guard::{self, Orders};
use super::install;
use super::kind::{Answer, Kind, Programs};
use super::place::Place;
use super::process;
use crate::shell::{self, Outcome};

/// How long a server may take to answer.
const START: Duration = Duration::from_secs(30);
/// How much of a log is shown.
const LAST_LINES: usize = 20;

/// A server that we started.
pub(super) struct Own {
    guard: Child,
    port: u16,
    place: Place,
}

impl Own {
    /// Starts a server of `kind` and returns it with its version. Its programs are installed if they are missing.
    ///
    /// # Errors
    /// If they cannot be installed, or the server does not answer in time; then with the end of its log.
    pub(super) fn start(kind: &Kind) -> Outcome<(Own, String)> {
        let programs = install::programs(kind)?;
        let (made_by, _) = shell::output(Command::new(&programs.server).arg("--version"))?;
        let mut place = Place::take(kind, Account::of(kind)?)?;
        if place.is_made_by(&made_by) {
            match Own::serve(kind, &programs, place) {
                Ok(answered) => return Ok(answered),
                Err(error) => println!("    {error}\n    its data may be broken: making it anew"),
            }
            place = Place::take(kind, Account::of(kind)?)?;
        }
        make(kind, &programs, &place)?;
        place.mark_made_by(&made_by)?;
        Own::serve(kind, &programs, place)
    }

    /// Returns the port that it listens on.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Returns the folder of its data and its log.
    pub(super) fn folder(&self) -> &Path {
        self.place.folder()
    }

    /// Tells whether the server has ended, which it should not.
    pub(super) fn has_ended(&mut self) -> bool {
        !matches!(self.guard.try_wait(), Ok(None))
    }

    /// Returns the last lines that the server wrote.
    pub(super) fn last_words(&self) -> String {
        let log = fs::read(self.place.log()).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        let last = &lines[lines.len().saturating_sub(LAST_LINES)..];
        format!("the end of `{}`:\n{}", self.place.log().display(), last.join("\n"))
    }

    fn serve(kind: &Kind, programs: &Programs, place: Place) -> Outcome<(Own, String)> {
        let port = free_port()?;
        let mut server = (kind.serve)(programs, &place.data(), port);
        server.current_dir(place.folder());
        let pid_file = place.pid_file();
        let orders = Orders { pid_file: &pid_file, stop_signal: kind.stop_signal, account: place.account() };
        let guard = guard::start(&orders, &server, File::create(place.log())?)?;
        let mut own = Own { guard, port, place };
        match process::until(START, || own.look(kind)) {
            Some(Look::Answers(version)) => Ok((own, version)),
            Some(Look::Ended) => Err(format!("{} ended at its start; {}", kind.name, own.last_words()).into()),
            None => Err(format!("{} did not answer within {} s; {}", kind.name, START.as_secs(), own.last_words()).into()),
        }
    }

    fn look(&mut self, kind: &Kind) -> Option<Look> {
        if self.has_ended() {
            return Some(Look::Ended);
        }
        match (kind.ask)(self.port) {
            Answer::Usable(version) => Some(Look::Answers(version)),
            Answer::Nobody | Answer::Unusable(_) => None,
        }
    }
}

/// What became of a server that starts.
enum Look {
    Answers(String),
    Ended,
}

impl Drop for Own {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        // The guard ends with the server, by force if need be; nothing is left to do if it cannot be waited for.
        let _ = self.guard.wait();
    }
}

fn make(kind: &Kind, programs: &Programs, place: &Place) -> Outcome {
    println!("    making a data folder for {} in `{}`", kind.name, place.folder().display());
    place.clear()?;
    let mut maker = (kind.make)(programs, &place.data());
    maker.current_dir(place.folder());
    if let Some(account) = place.account() {
        account.run_as(&mut maker);
    }
    shell::output(&mut maker).map(|_| ())
}

/// Returns a port that nobody uses. Somebody may take it before the server does: then the server ends, and says so.
fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
