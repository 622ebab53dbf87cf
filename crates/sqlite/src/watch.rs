//! The handlers that SQLite calls on the thread of a statement: while it runs long, while it waits for the lock of
//! another process, and when a commit has made the write-ahead log longer.
//!
//! They have no place for data of their own, but run on the thread that made the call: what they need stands there.

use std::cell::Cell;
use std::time::{Duration, Instant};

use aludel_engine::{Stop, worker};
use aludel_sql::{Error, Result};

use crate::errors::{self, from_rusqlite};
use crate::functions;
use crate::url::Location;

/// After so many instructions of SQLite's machine the handler is called: some ten microseconds.
const INSTRUCTIONS: i32 = 1000;

/// From then on a statement counts as long. Shorter ones pay for nothing but the count of instructions.
const LONG: Duration = Duration::from_millis(1);

/// How long the statements of a connection may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// How long one waits for another process.
    pub(crate) patience: Duration,
    /// How long one runs.
    statement: Option<Duration>,
}

impl Limits {
    pub(crate) fn of(location: &Location) -> Self {
        Self { patience: patience(location), statement: location.statement_timeout }
    }
}

thread_local! {
    static STARTED: Cell<Option<Instant>> = const { Cell::new(None) };
    static WAITS: Cell<Waits> = const { Cell::new(Waits::Here) };
    static LOG_PAGES: Cell<LogPages> = const { Cell::new(LogPages { main: 0, attached: 0 }) };
    static STOPPED: Cell<Option<Halt>> = const { Cell::new(None) };
    static LIMITS: Cell<Limits> = const { Cell::new(Limits { patience: Duration::ZERO, statement: None }) };
}

/// Where a statement waits for the lock of another process.
#[derive(Clone, Copy, PartialEq)]
enum Waits {
    /// In the handler, on this thread, whose other tasks are handed over.
    Here,
    /// Nowhere: the caller gets the answer at once, and waits without a thread.
    Elsewhere,
}

/// How long a statement waits for others: it would run no longer either.
pub(crate) fn patience(location: &Location) -> Duration {
    location.statement_timeout.map_or(location.busy_timeout, |limit| limit.min(location.busy_timeout))
}

/// The lengths of write-ahead logs, in pages; zero where nothing was committed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct LogPages {
    pub(crate) main: u32,
    /// The longest of the attached files.
    pub(crate) attached: u32,
}

/// Why a statement is stopped.
#[derive(Clone, Copy)]
enum Halt {
    /// Who runs it wants it to end.
    Asked(Stop),
    /// It has run for longer than the connection allows.
    TooLong(Duration),
}

/// Sets the handlers of a new connection.
pub(crate) fn install(connection: &rusqlite::Connection) -> Result {
    connection.progress_handler(INSTRUCTIONS, Some(progress)).map_err(|error| from_rusqlite(&error))?;
    connection.busy_handler(Some(busy)).map_err(|error| from_rusqlite(&error))?;
    connection.wal_hook(Some(|wal, pages| {
        let (mut log, pages) = (LOG_PAGES.get(), u32::try_from(pages).unwrap_or(0));
        match wal.name() == c"main" {
            true => log.main = pages,
            false => log.attached = log.attached.max(pages),
        }
        LOG_PAGES.set(log);
        Ok(())
    }));
    Ok(())
}

/// Says that a statement begins, of a connection with these limits. What one that failed has left counts for no other, perhaps
/// of another file.
pub(crate) fn begin(limits: Limits) {
    LIMITS.set(limits);
    STARTED.set(None);
    LOG_PAGES.set(LogPages::default());
    STOPPED.set(None);
    functions::begin();
}

/// Runs a call that answers at once if another process is in the way.
pub(crate) fn without_waiting<T>(call: impl FnOnce() -> T) -> T {
    // A guard, since the call may panic in what takes the rows, and the thread goes on to serve others.
    let _before = Before(WAITS.replace(Waits::Elsewhere));
    call()
}

/// Restores where statements waited before.
struct Before(Waits);

impl Drop for Before {
    fn drop(&mut self) {
        WAITS.set(self.0);
    }
}

/// The lengths of the write-ahead logs after the last commit on this thread; asked once, then forgotten.
pub(crate) fn take_log_pages() -> LogPages {
    LOG_PAGES.take()
}

/// The error of the statement that has just failed, if it was stopped.
pub(crate) fn stopped() -> Option<Error> {
    STOPPED.get().map(|halt| match halt {
        Halt::Asked(stop) => errors::stopped(stop),
        Halt::TooLong(limit) => errors::too_long(limit),
    })
}

/// From a millisecond on it hands over at every call, since a worker takes its tasks back before another thread has
/// woken up; and stops the statement if the scope that it runs in wants it to end, or if its time is over. No runtime could:
/// nothing else of the task runs meanwhile.
fn progress() -> bool {
    if functions::is_lost() {
        return true;
    }
    match STARTED.get() {
        None => STARTED.set(Some(Instant::now())),
        Some(started) if started.elapsed() >= LONG => {
            let too_long = || LIMITS.get().statement.filter(|limit| started.elapsed() >= *limit);
            STOPPED.set(Stop::asked().map(Halt::Asked).or_else(|| too_long().map(Halt::TooLong)));
            if STOPPED.get().is_some() {
                return true;
            }
            worker::hand_off();
        }
        Some(_) => {}
    }
    false
}

/// Waits a little, longer each time, until the patience has run out.
fn busy(times: i32) -> bool {
    if WAITS.get() == Waits::Elsewhere {
        return false;
    }
    STOPPED.set(Stop::asked().map(Halt::Asked));
    if STOPPED.get().is_some() {
        return false;
    }
    let pause = pause(times);
    let waited: Duration = (0..times).map(self::pause).sum();
    let patience = LIMITS.get().patience;
    if waited >= patience {
        return false;
    }
    worker::sleep(pause.min(patience - waited));
    true
}

/// One millisecond, then twice as long each time, up to thirty-two.
pub(crate) fn pause(times: i32) -> Duration {
    Duration::from_millis(1 << times.clamp(0, 5))
}
