//! The witness of this process.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aludel_sql::{Error, Value};

use super::ledger::Ledger;
use super::lines::{Ear, Tap};

/// The variable that names the folder.
pub const FOLDER: &str = "ALUDEL_WITNESS";

/// The witness; `None` where none is wanted.
static WITNESS: OnceLock<Option<Witness>> = OnceLock::new();
static TAP: OnceLock<Tap> = OnceLock::new();

const EAR: Ear = Ear { line, all: true, tap: || TAP.get().copied() };
static LOGGER: Ear = EAR;

struct Witness(Mutex<Open>);

struct Open {
    ledger: Ledger,
    file: File,
    /// How much was counted when the counts were written last.
    told: u64,
}

/// Begins, if a folder is named and this is a test program: others have a log of their own.
pub fn begin() {
    if WITNESS.get_or_init(open).is_some() {
        hear(true);
    }
}

/// Has a function hear of the events of our own crates too, whether there is a witness or not. The first one stays.
pub fn listen(tap: Tap) {
    TAP.get_or_init(|| tap);
    hear(WITNESS.get_or_init(open).is_some());
}

fn hear(all: bool) {
    static HEARS: OnceLock<()> = OnceLock::new();
    HEARS.get_or_init(|| {
        // Where a test has a log of its own, its lines are its own.
        let _has_one = tracing::subscriber::set_global_default(Ear { all, ..EAR });
        if all && log::set_logger(&LOGGER).is_ok() {
            log::set_max_level(log::LevelFilter::Trace);
        }
        aludel_sql::watch_errors(error);
    });
}

fn open() -> Option<Witness> {
    let folder = std::env::var_os(FOLDER)?;
    let program = std::env::current_exe().ok()?;
    if program.parent()?.file_name()? != "deps" {
        return None;
    }
    let path = Path::new(&folder).join(format!("{}.witness", std::process::id()));
    let file = OpenOptions::new().create(true).append(true).open(path).ok()?;
    Some(Witness(Mutex::new(Open { ledger: Ledger::default(), file, told: 0 })))
}

/// Notes the values of a statement.
pub fn bound(values: &[Value<'_>], sql: impl Fn() -> Option<Arc<str>>) {
    if let Some(Some(witness)) = WITNESS.get() {
        // Before the lock: writing a text may log something.
        let written = OnceLock::new();
        if values.iter().any(|value| !matches!(value, Value::Null | Value::Bool(_))) {
            written.get_or_init(|| sql().map(|sql| sql.to_string()));
        }
        witness.lock().ledger.bind(values, || written.get().cloned().flatten());
    }
}

fn line(text: &str) {
    if let Some(Some(witness)) = WITNESS.get() {
        let mut open = witness.lock();
        open.ledger.lines += 1;
        open.hold("log", text);
    }
}

fn error(error: &Error) {
    if let Some(Some(witness)) = WITNESS.get() {
        let mut text = format!("{error}\n{error:?}");
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            text.push_str(&format!("\n{error}\n{error:?}"));
            cause = error.source();
        }
        let mut open = witness.lock();
        open.ledger.errors += 1;
        open.hold("error", &text);
    }
}

impl Witness {
    fn lock(&self) -> std::sync::MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn hold(&mut self, kind: &str, text: &str) {
        let found = self.ledger.find(text).map(|found| format!("found {kind} {:?} in {text:?}\n", found.value));
        let Ledger { bound, lines, errors, .. } = &self.ledger;
        // At each doubling is often enough, and cheap.
        let count = lines + errors;
        let counts = (count >= self.told * 2).then(|| format!("counted {bound} {lines} {errors}\n"));
        if counts.is_some() {
            self.told = count;
        }
        for told in [found, counts].into_iter().flatten() {
            // One write, so that a process that is killed leaves no half of it.
            let _lost_with_the_disk = self.file.write_all(told.as_bytes());
        }
    }
}
