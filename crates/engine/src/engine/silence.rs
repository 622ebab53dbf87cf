//! What of an exchange is a sign of its server: an answer, rows that come, rows that go. One that gives no sign is
//! [attended](crate::attend) to; a connection that it does not work for is given up.

use std::task::{Context, Poll};
use std::time::Duration;

use aludel_sql::{Answer, BatchSize, Batches, BulkProgress, Error, ErrorKind, Outcome, Result, RowRef, Statement, Step};
use tokio::time::timeout;

use crate::pool::Exchange;
use crate::port::{Job, RawConnection, Rows, Signs, attend_by};

/// Runs a statement; `silence` is how long the server may say nothing, and how long it may take to say that it is at work.
pub(super) async fn run(exchange: &mut Exchange<'_>, silence: Duration, (job, rows): (&Job<'_>, &mut dyn Rows)) -> Result<Outcome> {
    let Some(watch) = exchange.watch() else { return exchange.raw().run(job, rows).await };
    let signs = Signs::default();
    let mut rows = Heard { rows, signs: &signs };
    let answer = attend_by(&watch, silence, (&signs, exchange.raw().run(job, &mut rows))).await;
    answer.unwrap_or_else(|| Err(exchange.raw().give_up()))
}

/// As [`run`], for statements that go out together.
pub(super) async fn run_all(
    exchange: &mut Exchange<'_>,
    silence: Duration,
    (jobs, rows): (&[Job<'_>], &mut [&mut dyn Rows]),
) -> Result<Vec<Outcome>> {
    let Some(watch) = exchange.watch() else { return exchange.raw().run_all(jobs, rows).await };
    let signs = Signs::default();
    let mut heard: Vec<_> = rows.iter_mut().map(|rows| Heard { rows: &mut **rows, signs: &signs }).collect();
    let mut rows: Vec<_> = heard.iter_mut().map(|heard| heard as &mut dyn Rows).collect();
    let answer = attend_by(&watch, silence, (&signs, exchange.raw().run_all(jobs, &mut rows))).await;
    answer.unwrap_or_else(|| Err(exchange.raw().give_up()))
}

/// As [`run`], for rows that go the other way: while they are waited for, no answer is missing.
pub(super) async fn load(exchange: &mut Exchange<'_>, silence: Duration, rows: &mut dyn Batches) -> Result<u64> {
    let Some(watch) = exchange.watch() else { return exchange.raw().load(rows).await };
    let signs = Signs::default();
    let mut rows = Sending { rows, signs: &signs };
    let answer = attend_by(&watch, silence, (&signs, exchange.raw().load(&mut rows))).await;
    answer.unwrap_or_else(|| Err(exchange.raw().give_up()))
}

/// As [`run`], for a question without rows.
pub(super) async fn ask(
    exchange: &mut Exchange<'_>,
    silence: Duration,
    question: impl for<'r> FnOnce(&'r mut dyn RawConnection) -> Answer<'r, Result>,
) -> Result {
    let Some(watch) = exchange.watch() else { return question(exchange.raw()).await };
    let answer = attend_by(&watch, silence, (&Signs::default(), question(exchange.raw()))).await;
    answer.unwrap_or_else(|| Err(exchange.raw().give_up()))
}

/// Waits for the answer to a short question, for so long at most.
pub(super) async fn soon<T: Unpin>(limit: Duration, answer: Answer<'_, Result<T>>) -> Result<Result<T>, Late> {
    match answer {
        // An embedded database has answered, and needs no clock.
        Answer::Ready(_) => Ok(answer.await),
        Answer::Later(_) => timeout(limit, answer).await.map_err(|_elapsed| Late(limit)),
    }
}

/// What has not come within this time.
pub(super) struct Late(Duration);

impl From<Late> for Error {
    fn from(Late(limit): Late) -> Self {
        Self::new(ErrorKind::Timeout, format!("the server did not answer within {} ms", limit.as_millis()))
    }
}

/// Ends the exchange of a question whose answer came; one that did not is left as it is, and recovered.
pub(super) fn settled<T>(exchange: Exchange<'_>, answer: Result<Result<T>, Late>) -> Result<T> {
    let result = answer?;
    exchange.end();
    result
}

/// Notes that rows come.
struct Heard<'r> {
    rows: &'r mut dyn Rows,
    signs: &'r Signs,
}

impl Rows for Heard<'_> {
    fn row(&mut self, row: &dyn RowRef) -> Result<Step> {
        self.signs.note();
        self.rows.row(row)
    }

    fn pauses(&self) -> bool {
        self.rows.pauses()
    }

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let ready = self.rows.poll_ready(context);
        self.signs.note_pause(ready.is_pending());
        ready
    }

    fn executed(&mut self, outcome: Outcome) {
        self.signs.note();
        self.rows.executed(outcome);
    }
}

/// Notes that rows go.
struct Sending<'r> {
    rows: &'r mut dyn Batches,
    signs: &'r Signs,
}

impl Batches for Sending<'_> {
    fn width(&self) -> usize {
        self.rows.width()
    }

    fn poll_next(&mut self, context: &mut Context<'_>, most: BatchSize) -> Poll<Result<Option<Statement>>> {
        let next = self.rows.poll_next(context, most);
        self.signs.note_pause(next.is_pending());
        next
    }

    fn sent(&mut self, progress: BulkProgress) {
        self.signs.note();
        self.rows.sent(progress);
    }
}
