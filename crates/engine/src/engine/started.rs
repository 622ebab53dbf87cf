//! `Started`: rows for one table of which the first are there, so that a connection is taken only then.

use std::fmt;
use std::task::{Context, Poll};

use aludel_sql::run::next_batch;
use aludel_sql::{BatchSize, Batches, BulkProgress, Dialect, Result, Statement};

/// Batches of which the first is there: who waits for a connection only then keeps none from others while a source is slow.
pub struct Started<'b> {
    first: Option<Statement>,
    rest: &'b mut dyn Batches,
}

impl<'b> Started<'b> {
    /// Waits for the first batch, for a database of this dialect; none if there are no rows.
    ///
    /// # Errors
    /// As [`Batches::poll_next`].
    pub async fn wait(batches: &'b mut dyn Batches, dialect: &dyn Dialect) -> Result<Option<Self>> {
        let size = BatchSize::of(dialect, batches.width());
        Ok(next_batch(batches, size).await?.map(|first| Self { first: Some(first), rest: batches }))
    }

    /// The first batch, until it is taken.
    pub fn first(&self) -> Option<&Statement> {
        self.first.as_ref()
    }
}

impl Batches for Started<'_> {
    fn width(&self) -> usize {
        self.rest.width()
    }

    fn poll_next(&mut self, context: &mut Context<'_>, most: BatchSize) -> Poll<Result<Option<Statement>>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Ok(Some(first))),
            None => self.rest.poll_next(context, most),
        }
    }

    fn sent(&mut self, progress: BulkProgress) {
        self.rest.sent(progress);
    }
}

/// Never a value.
impl fmt::Debug for Started<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Started").finish_non_exhaustive()
    }
}
