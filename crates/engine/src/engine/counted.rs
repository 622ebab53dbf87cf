//! `Counted`: counts the rows that a statement returns, on their way to who takes them.

use std::task::{Context, Poll};

use aludel_sql::{Outcome, Result, RowRef, Step};

use crate::port::Rows;

/// Passes rows on.
pub(super) struct Counted<'r> {
    pub(super) rows: &'r mut dyn Rows,
    pub(super) count: &'r mut u64,
}

impl Rows for Counted<'_> {
    fn row(&mut self, row: &dyn RowRef) -> Result<Step> {
        *self.count += 1;
        self.rows.row(row)
    }

    fn pauses(&self) -> bool {
        self.rows.pauses()
    }

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.rows.poll_ready(context)
    }

    fn executed(&mut self, outcome: Outcome) {
        self.rows.executed(outcome);
    }
}
