//! Events: what happens on the connections of an engine, for logs, counters and tests. Who listens pays; nobody else does.

use std::fmt;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use aludel_sql::{Error, Outcome, excerpt, run};
use tracing::Span;

use crate::spans;

/// Something that happened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'e> {
    /// A connection was opened, or could not be.
    Connect {
        /// How long that took.
        duration: Duration,
        /// Why it could not be.
        error: Option<&'e Error>,
    },
    /// A connection was lent.
    CheckOut {
        /// How long it was waited for, its opening included.
        waited: Duration,
    },
    /// A connection came back, or was closed at its return.
    CheckIn,
    /// A statement is about to run.
    BeforeExecute(&'e Execution<'e>),
    /// A statement has run, has failed, or its future was dropped.
    AfterExecute(&'e Execution<'e>, &'e Executed<'e>),
    /// A transaction has begun.
    Begin,
    /// A transaction was committed.
    Commit,
    /// A transaction was rolled back.
    Rollback,
    /// A step of a savepoint.
    Savepoint(crate::port::Savepoint),
}

/// A statement that runs.
#[derive(Debug)]
#[non_exhaustive]
pub struct Execution<'e> {
    /// Its text, without values.
    pub sql: &'e str,
    /// How often it runs, each time with other values.
    pub times: usize,
    /// The line of the program that called for it, if a verb did.
    pub caller: Option<&'static Location<'static>>,
}

/// What became of a statement.
#[derive(Debug)]
#[non_exhaustive]
pub struct Executed<'e> {
    /// From its start to its end.
    pub duration: Duration,
    /// How many rows it returned.
    pub rows: u64,
    /// How many rows it changed.
    pub affected: u64,
    /// Why it failed.
    pub error: Option<&'e Error>,
    /// Whether its future was dropped before its end.
    pub cancelled: bool,
}

/// Hears of events, on the task that they happen in. It must not wait.
pub type Listener = dyn Fn(&Event<'_>) + Send + Sync;

/// The listeners of an engine.
#[derive(Default)]
pub(crate) struct Events {
    is_heard: AtomicBool,
    listeners: RwLock<Vec<Arc<Listener>>>,
}

impl Events {
    pub(crate) fn listen(&self, listener: Arc<Listener>) {
        self.listeners.write().unwrap_or_else(PoisonError::into_inner).push(listener);
        self.is_heard.store(true, Ordering::Release);
    }

    /// Whether anybody listens.
    #[inline]
    pub(crate) fn is_heard(&self) -> bool {
        self.is_heard.load(Ordering::Acquire)
    }

    /// Tells all listeners, in the order in which they came.
    #[inline]
    pub(crate) fn tell(&self, event: &Event<'_>) {
        if self.is_heard() {
            self.tell_all(event);
        }
    }

    #[cold]
    fn tell_all(&self, event: &Event<'_>) {
        let listeners = self.listeners.read().unwrap_or_else(PoisonError::into_inner).clone();
        listeners.iter().for_each(|listener| listener(event));
    }

    /// The time, if anybody wants to know how long something takes.
    pub(crate) fn clock(&self) -> Option<Instant> {
        self.is_heard().then(Instant::now)
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Events({})", self.listeners.read().unwrap_or_else(PoisonError::into_inner).len())
    }
}

/// A statement that somebody watches: dropped before its end, it was cancelled.
pub(crate) struct Watched<'e> {
    events: &'e Events,
    sql: Arc<str>,
    times: usize,
    caller: Option<&'static Location<'static>>,
    started: Instant,
    pub(crate) rows: u64,
    span: Span,
    is_over: bool,
}

impl<'e> Watched<'e> {
    /// Begins to watch a statement, if anybody listens or reads the log.
    pub(crate) fn begin(events: &'e Events, sql: impl FnOnce() -> Option<Arc<str>>, times: usize) -> Option<Self> {
        if !(events.is_heard() || is_logged()) {
            return None;
        }
        let (sql, caller) = (sql()?, run::caller());
        let span = spans::statement(&sql, times, caller);
        let watched = Self { events, sql, times, caller, started: Instant::now(), rows: 0, span, is_over: false };
        events.tell(&Event::BeforeExecute(&watched.execution()));
        Some(watched)
    }

    fn execution(&self) -> Execution<'_> {
        Execution { sql: &self.sql, times: self.times, caller: self.caller }
    }

    /// The span that the statement is to run in.
    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Tells what the statement came to.
    pub(crate) fn end(mut self, result: std::result::Result<&Outcome, &Error>) {
        self.is_over = true;
        spans::ended(&self.span, self.rows, result);
        self.tell(result.map_or(0, |outcome| outcome.affected), result.err(), false);
    }

    fn tell(&self, affected: u64, error: Option<&Error>, cancelled: bool) {
        let executed = Executed { duration: self.started.elapsed(), rows: self.rows, affected, error, cancelled };
        self.log(&executed);
        self.events.tell(&Event::AfterExecute(&self.execution(), &executed));
    }

    fn log(&self, executed: &Executed<'_>) {
        tracing::debug!(
            target: "aludel::sql",
            sql = &*excerpt(&self.sql),
            times = self.times,
            rows = executed.rows,
            affected = executed.affected,
            us = executed.duration.as_micros(),
            caller = self.caller.map(tracing::field::display),
            failed = executed.error.map(|error| error.kind().name()),
            cancelled = executed.cancelled.then_some(true),
            "statement"
        );
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            spans::cancelled(&self.span);
            self.tell(0, None, true);
        }
    }
}

/// Whether statements are logged, or have spans.
pub(crate) fn is_logged() -> bool {
    tracing::enabled!(target: "aludel::sql", tracing::Level::DEBUG) || spans::is_traced()
}
