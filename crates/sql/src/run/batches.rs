//! `Batches`: rows on their way into one table, some at a time, seen from who sends them.

use std::future::{Future, poll_fn};
use std::task::{Context, Poll};

use crate::ast::Statement;
use crate::compile::Dialect;
use crate::error::Result;

/// How far a bulk insert has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BulkProgress {
    /// How many rows were sent.
    pub rows: u64,
    /// How many bytes that were, where the driver knows it: on PostgreSQL.
    pub bytes: Option<u64>,
}

impl BulkProgress {
    /// So many rows, of so many bytes.
    pub fn new(rows: u64, bytes: Option<u64>) -> Self {
        Self { rows, bytes }
    }
}

/// How large a batch may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchSize {
    /// The greatest number of rows.
    rows: usize,
    /// Whether the number is a power of two, so that few lengths have a text of their own.
    is_even: bool,
}

/// So many rows a batch has, where nothing speaks for fewer.
const ROWS: usize = 1024;

impl BatchSize {
    /// What a database of this dialect takes in one statement, of rows of so many values.
    pub fn of(dialect: &dyn Dialect, width: usize) -> Self {
        match dialect.repeats_inserts() || dialect.inserts_arrays() {
            true => Self { rows: ROWS, is_even: false },
            false => Self { rows: ROWS.min(below(dialect.max_parameters() / width.max(1))), is_even: true },
        }
    }

    /// The greatest number of rows.
    pub(crate) fn rows(self) -> usize {
        self.rows
    }

    /// How many of these rows make a batch.
    pub(crate) fn part(self, rows: usize) -> usize {
        if self.is_even { below(rows) } else { rows }
    }
}

/// The greatest power of two up to a number; at least one.
fn below(number: usize) -> usize {
    1 << number.max(1).ilog2()
}

/// Rows on their way into one table.
pub trait Batches: Send {
    /// How many values a row has at most.
    fn width(&self) -> usize;

    /// Makes the next batch: an INSERT of plain values, each time into the same columns; none after the last row.
    ///
    /// # Errors
    /// What the source of the rows returns; a row that no INSERT can send.
    fn poll_next(&mut self, context: &mut Context<'_>, most: BatchSize) -> Poll<Result<Option<Statement>>>;

    /// Hears that batches were sent, so many rows and bytes since the beginning.
    fn sent(&mut self, progress: BulkProgress);
}

/// Waits for the next batch; none after the last row.
///
/// # Errors
/// As [`Batches::poll_next`].
pub fn next_batch(batches: &mut dyn Batches, most: BatchSize) -> impl Future<Output = Result<Option<Statement>>> + Send {
    poll_fn(move |context| batches.poll_next(context, most))
}
