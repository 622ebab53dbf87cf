//! Spans of `tracing`, for those who follow a request through a program: around each statement, checkout, connect and step of a
//! transaction. They have a target of their own, so that the log of the statements stays as short as it is.

use std::future::Future;
use std::panic::Location;

use tracing::field::Empty;
use tracing::{Instrument, Level, Span};

use aludel_sql::{Error, Outcome, Result, excerpt};

/// Whether anybody wants spans.
pub(crate) fn is_traced() -> bool {
    tracing::enabled!(target: "aludel::span", Level::DEBUG)
}

/// A statement: its text without values, and who runs it. What it came to is [recorded](ended) at its end.
pub(crate) fn statement(sql: &str, times: usize, caller: Option<&'static Location<'static>>) -> Span {
    if !is_traced() {
        return Span::none();
    }
    let caller = caller.map(tracing::field::display);
    let sql = &*excerpt(sql);
    tracing::debug_span!(target: "aludel::span", "statement", sql, times, caller, rows = Empty, affected = Empty, failed = Empty, cancelled = Empty)
}

/// Records what a statement came to, and how many rows it returned.
pub(crate) fn ended(span: &Span, rows: u64, result: std::result::Result<&Outcome, &Error>) {
    span.record("rows", rows);
    match result {
        Ok(outcome) => drop(span.record("affected", outcome.affected)),
        Err(error) => failed(span, error),
    }
}

/// Records that the future of a statement was dropped.
pub(crate) fn cancelled(span: &Span) {
    span.record("cancelled", true);
}

/// A connection that is opened.
pub(crate) fn connect(database: &str) -> Span {
    tracing::debug_span!(target: "aludel::span", "connect", database, failed = Empty)
}

/// The wait for a connection.
pub(crate) fn checkout(database: &str) -> Span {
    tracing::debug_span!(target: "aludel::span", "checkout", database, failed = Empty)
}

/// A step of a transaction: `BEGIN`, `COMMIT`, ..
pub(crate) fn step(step: impl std::fmt::Display) -> Span {
    tracing::debug_span!(target: "aludel::span", "transaction", %step, failed = Empty)
}

/// Awaits something within a span, which is made only if anybody wants it.
pub(crate) async fn within<T>(span: impl FnOnce() -> Span, work: impl Future<Output = Result<T>>) -> Result<T> {
    let span = if is_traced() { span() } else { Span::none() };
    let result = work.instrument(span.clone()).await;
    if let Err(error) = &result {
        failed(&span, error);
    }
    result
}

/// By its kind: what an error says may be long.
fn failed(span: &Span, error: &Error) {
    span.record("failed", error.kind().name());
}
