//! What is done about a server that says nothing: after a while it is asked, over another connection, whether it is still at work for
//! this one. A long statement goes on; a dead server costs a few seconds.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use aludel_sql::{Answer, BatchSize, Batches, BulkProgress, Error, ErrorKind, Outcome, Result, RowRef, Statement, Step};
use tokio::time::timeout;

use crate::pool::Exchange;
use crate::port::{Job, RawConnection, Rows, Watch};

/// An answer that is on its way when the server is said to have ended the statement comes within this.
const ON_ITS_WAY: Duration = Duration::from_millis(250);

/// Runs a statement; `silence` is how long the server may say nothing, and how long it may take to say that it is at work.
pub(super) async fn run(exchange: &mut Exchange<'_>, silence: Duration, (job, rows): (&Job<'_>, &mut dyn Rows)) -> Result<Outcome> {
    let Some(watch) = exchange.raw().watch() else { return exchange.raw().run(job, rows).await };
    let signs = Signs::default();
    let mut rows = Heard { rows, signs: &signs };
    let answer = attend(&watch, silence, (&signs, exchange.raw().run(job, &mut rows))).await;
    answer.unwrap_or_else(|| Err(exchange.raw().give_up()))
}

/// As [`run`], for statements that go out together.
pub(super) async fn run_all(
    exchange: &mut Exchange<'_>,
    silence: Duration,
    (jobs, rows): (&[Job<'_>], &mut [&mut dyn Rows]),
) -> Result<Vec<Outcome>> {
    let Some(watch) = exchange.raw().watch() else { return exchange.raw().run_all(jobs, rows).await };
    let signs = Signs::default();
    let mut heard: Vec<_> = rows.iter_mut().map(|rows| Heard { rows: &mut **rows, signs: &signs }).collect();
    let mut rows: Vec<_> = heard.iter_mut().map(|heard| heard as &mut dyn Rows).collect();
    let answer = attend(&watch, silence, (&signs, exchange.raw().run_all(jobs, &mut rows))).await;
    answer.unwrap_or_else(|| Err(exchange.raw().give_up()))
}

/// As [`run`], for rows that go the other way: while they are waited for, no answer is missing.
pub(super) async fn load(exchange: &mut Exchange<'_>, silence: Duration, rows: &mut dyn Batches) -> Result<u64> {
    let Some(watch) = exchange.raw().watch() else { return exchange.raw().load(rows).await };
    let signs = Signs::default();
    let mut rows = Sending { rows, signs: &signs };
    let answer = attend(&watch, silence, (&signs, exchange.raw().load(&mut rows))).await;
    answer.unwrap_or_else(|| Err(exchange.raw().give_up()))
}

/// As [`run`], for a question without rows.
pub(super) async fn ask(
    exchange: &mut Exchange<'_>,
    silence: Duration,
    question: impl for<'r> FnOnce(&'r mut dyn RawConnection) -> Answer<'r, Result>,
) -> Result {
    let Some(watch) = exchange.raw().watch() else { return question(exchange.raw()).await };
    let answer = attend(&watch, silence, (&Signs::default(), question(exchange.raw()))).await;
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

/// Waits for an answer as long as the server is at work on it; `None` if it is not.
async fn attend<T>(watch: &Watch, silence: Duration, (signs, answer): (&Signs, impl Future<Output = T>)) -> Option<T> {
    let (mut answer, before) = (pin!(answer), signs.count());
    match timeout(silence, &mut answer).await {
        Ok(answer) => Some(answer),
        // In a box, so that nobody carries the room for it who is answered soon.
        Err(_elapsed) => Box::pin(attend_on(watch, silence, (signs, before), answer)).await,
    }
}

/// As [`attend`], after the first silence.
async fn attend_on<T>(
    watch: &Watch,
    silence: Duration,
    (signs, mut before): (&Signs, u64),
    mut answer: Pin<&mut impl Future<Output = T>>,
) -> Option<T> {
    loop {
        let mut patience = silence;
        if signs.are_missing_since(before) {
            let mut asking = pin!(timeout(silence, watch()));
            let asked = poll_fn(|context| match answer.as_mut().poll(context) {
                Poll::Ready(answer) => Poll::Ready(Err(answer)),
                Poll::Pending => asking.as_mut().poll(context).map(|told| Ok(matches!(told, Ok(Ok(true))))),
            });
            match asked.await {
                Err(answer) => return Some(answer),
                Ok(true) => patience = 2 * silence,
                Ok(false) => match timeout(ON_ITS_WAY, answer.as_mut()).await {
                    Ok(answer) => return Some(answer),
                    Err(_elapsed) if signs.are_missing_since(before) => return None,
                    Err(_elapsed) => {}
                },
            }
        }
        before = signs.count();
        if let Ok(answer) = timeout(patience, answer.as_mut()).await {
            return Some(answer);
        }
    }
}

/// What has come of a statement so far.
#[derive(Default)]
struct Signs {
    rows: AtomicU64,
    /// Whether who takes the rows wants none now, so that none is missing.
    paused: AtomicBool,
}

impl Signs {
    fn count(&self) -> u64 {
        self.rows.load(Ordering::Acquire)
    }

    fn are_missing_since(&self, before: u64) -> bool {
        !self.paused.load(Ordering::Acquire) && self.count() == before
    }
}

/// Notes that rows come.
struct Heard<'r> {
    rows: &'r mut dyn Rows,
    signs: &'r Signs,
}

impl Rows for Heard<'_> {
    fn row(&mut self, row: &dyn RowRef) -> Result<Step> {
        self.signs.rows.fetch_add(1, Ordering::AcqRel);
        self.rows.row(row)
    }

    fn pauses(&self) -> bool {
        self.rows.pauses()
    }

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let ready = self.rows.poll_ready(context);
        self.signs.paused.store(ready.is_pending(), Ordering::Release);
        self.signs.rows.fetch_add(1, Ordering::AcqRel);
        ready
    }

    fn executed(&mut self, outcome: Outcome) {
        self.signs.rows.fetch_add(1, Ordering::AcqRel);
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
        self.signs.paused.store(next.is_pending(), Ordering::Release);
        self.signs.rows.fetch_add(1, Ordering::AcqRel);
        next
    }

    fn sent(&mut self, progress: BulkProgress) {
        self.signs.rows.fetch_add(1, Ordering::AcqRel);
        self.rows.sent(progress);
    }
}
