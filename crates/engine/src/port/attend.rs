//! What is done about a server that says nothing: after a while it is asked, over another connection, whether it is still at work for
//! this one. A long statement goes on; a dead server costs a few seconds.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

use tokio::time::timeout;

use super::Watch;

/// An answer that is on its way when the server is said to have ended the statement comes within this.
const ON_ITS_WAY: Duration = Duration::from_millis(250);

/// Waits for an answer as long as the server is at work on it; `None` if it is not, and the connection is to be closed.
///
/// `silence` is how long it may say nothing before it is asked, and how long it may take to say that it is at work: that of the
/// pool's options, [`Connection::silence`](crate::Connection::silence). The engine attends to what it asks of a driver itself; this
/// is for what a program asks it [natively](crate::Connection::natively).
pub async fn attend<T>(watch: &Watch, silence: Duration, answer: impl Future<Output = T>) -> Option<T> {
    attend_by(watch, silence, (&Signs::default(), answer)).await
}

/// As [`attend`], where other signs than the answer come of the server too.
pub(crate) async fn attend_by<T>(watch: &Watch, silence: Duration, (signs, answer): (&Signs, impl Future<Output = T>)) -> Option<T> {
    let (mut answer, before) = (pin!(answer), signs.count());
    match timeout(silence, &mut answer).await {
        Ok(answer) => Some(answer),
        // In a box, so that nobody carries the room for it who is answered soon.
        Err(_elapsed) => Box::pin(attend_on(watch, silence, (signs, before), answer)).await,
    }
}

/// As [`attend_by`], after the first silence.
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
pub(crate) struct Signs {
    rows: AtomicU64,
    /// Whether who takes the rows wants none now, so that none is missing.
    paused: AtomicBool,
}

impl Signs {
    /// Notes that one has come.
    pub(crate) fn note(&self) {
        self.rows.fetch_add(1, Ordering::AcqRel);
    }

    /// As [`note`](Signs::note), and whether none is wanted until the next one.
    pub(crate) fn note_pause(&self, paused: bool) {
        self.paused.store(paused, Ordering::Release);
        self.note();
    }

    fn count(&self) -> u64 {
        self.rows.load(Ordering::Acquire)
    }

    fn are_missing_since(&self, before: u64) -> bool {
        !self.paused.load(Ordering::Acquire) && self.count() == before
    }
}
