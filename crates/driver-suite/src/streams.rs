//! Rows as they come, to somebody who takes them slowly: they wait on the database's side, and not in our memory.

use std::any::Any;
use std::task::{Context, Poll};

use aludel_engine::Engine;
use aludel_sql::{Executable, Result, RowRef, Sink, Step, raw};

use crate::proxy::Memory;

/// So many rows are streamed.
const ROWS: usize = 40_000;
/// So long is the text in each, in bytes.
const TEXT: usize = 20_000;
/// By how much memory may grow meanwhile: far less than a third of all rows, and more than the tests take that run beside.
const MEMORY: u64 = 256 << 20;

/// After each row it is not ready when it is asked so often.
const PAUSE: u32 = 2;
/// As after so many rows, for so long that all could come that nobody keeps back.
const LONG: (usize, u32) = (2_000, 20_000);

/// Takes rows, and is not ready for the next one for a while.
#[derive(Debug)]
pub struct Slow {
    most: usize,
    taken: usize,
    bytes: usize,
    pauses: u32,
}

impl Slow {
    /// One that has enough after so many rows.
    pub fn up_to(most: usize) -> Self {
        Self { most, taken: 0, bytes: 0, pauses: 0 }
    }

    /// How many it has taken.
    pub fn taken(&self) -> usize {
        self.taken
    }
}

impl Sink for Slow {
    fn row(&mut self, row: &dyn RowRef, _tracker: &mut dyn Any) -> Result<Step> {
        self.taken += 1;
        self.bytes += row.text(1)?.map_or(0, str::len);
        self.pauses = if self.taken.is_multiple_of(LONG.0) { LONG.1 } else { PAUSE };
        Ok(if self.taken == self.most { Step::Enough } else { Step::Pause })
    }

    fn pauses(&self) -> bool {
        true
    }

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.pauses == 0 {
            return Poll::Ready(());
        }
        self.pauses -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// A slow taker of 800 MB needs no memory for them. `sql` gives 40,000 rows of a number and 20,000 letters.
///
/// # Panics
/// If it does.
pub async fn a_slow_taker_needs_no_memory(engine: &Engine, sql: &'static str) {
    let statement = raw(sql).into_statement();
    let mut connection = engine.connect().await.expect("a connection");
    let (mut slow, memory) = (Slow::up_to(usize::MAX), Memory::begin());
    connection.run_with(&statement, &mut slow, &mut ()).await.expect("to run");
    let grown = memory.grown();
    assert_eq!((slow.taken, slow.bytes), (ROWS, ROWS * TEXT));
    assert!(grown < MEMORY, "{} MB of rows took {} MiB", ROWS * TEXT / 1_000_000, grown >> 20);
}
