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
    if let Some(Some(witness)) = WITNESS.get()
        && witness.lock().ledger.has_new(values)
    {
        // Not within the lock: writing a text may log something.
        let written = sql();
        witness.lock().ledger.bind(values, written.as_deref());
    }
}

fn line(text: &dyn Fn() -> String) {
    said("log", text);
}

fn error(error: &Error) {
    said("error", &|| {
        let mut text = format!("{error}\n{error:?}");
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            text.push_str(&format!("\n{error}\n{error:?}"));
            cause = error.source();
        }
        text
    });
}

/// Counts what is said, and looks for values in it; where none are known, nobody writes it.
fn said(kind: &'static str, text: &dyn Fn() -> String) {
    if let Some(Some(witness)) = WITNESS.get()
        && witness.lock().counts(kind)
    {
        // Not within the lock, as above.
        let text = text();
        witness.lock().search(kind, &text);
    }
}

impl Witness {
    fn lock(&self) -> std::sync::MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Counts a line or an error, and tells whether there is a value to be looked for in it.
    fn counts(&mut self, kind: &str) -> bool {
        let Ledger { bound, lines, errors, .. } = &mut self.ledger;
        *(if kind == "log" { &mut *lines } else { &mut *errors }) += 1;
        let (bound, lines, errors) = (*bound, *lines, *errors);
        // At each doubling is often enough, and cheap.
        if lines + errors >= self.told * 2 {
            self.told = lines + errors;
            self.tell(&format!("counted {bound} {lines} {errors}\n"));
        }
        bound > 0
    }

    fn search(&mut self, kind: &str, text: &str) {
        if let Some(value) = self.ledger.find(text) {
            let told = format!("found {kind} {value:?} in {text:?}\n");
            self.tell(&told);
        }
    }

    fn tell(&mut self, told: &str) {
        // One write, so that a process that is killed leaves no half of it.
        let _lost_with_the_disk = self.file.write_all(told.as_bytes());
    }
}
