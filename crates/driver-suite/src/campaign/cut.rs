//! `Cut`: where a future is dropped.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::dice::Dice;

/// Where a future is dropped.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cut {
    /// Nowhere.
    Never,
    /// After so many polls.
    Polls(usize),
    /// After so long; meanwhile it is polled without an end, as by a `select!` that others wake.
    Busy(Duration),
    /// After so long, by a timer.
    Timer(Duration),
}

impl Cut {
    /// One at random; some futures are not dropped.
    pub(super) fn random(dice: &mut Dice) -> Self {
        let micros = |below: usize| Duration::from_micros(below as u64);
        match dice.below(8) {
            0 => Self::Never,
            1 | 2 => Self::Polls(dice.below(4)),
            3 => Self::Polls(dice.below(20)),
            4 => Self::Polls(dice.below(60)),
            5 => Self::Busy(micros(dice.below(200))),
            6 => Self::Busy(micros(dice.below(1_500))),
            _ => Self::Timer(micros(dice.below(5_000))),
        }
    }

    /// Runs a future until it ends or is to be dropped.
    pub(super) async fn of<F: Future>(self, future: F) -> Option<F::Output> {
        match self {
            Self::Never => Some(future.await),
            Self::Polls(polls) => cancel_at(polls, future).await,
            Self::Busy(limit) => busy(limit, future).await,
            Self::Timer(limit) => tokio::time::timeout(limit, future).await.ok(),
        }
    }
}

/// Polls a future up to `polls` times, then drops it. Tells what it came to, if it had come to its end.
pub async fn cancel_at<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(Some(future));
    let mut left = polls;
    poll_fn(|context| {
        let Some(running) = future.as_mut().as_pin_mut() else { return Poll::Ready(None) };
        if left == 0 {
            future.set(None);
            return Poll::Ready(None);
        }
        left -= 1;
        match running.poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => {
                future.set(None);
                Poll::Ready(None)
            }
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

async fn busy<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let started = Instant::now();
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if started.elapsed() >= limit => Poll::Ready(None),
        Poll::Pending => {
            context.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await
}
