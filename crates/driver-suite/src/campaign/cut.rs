//! `Cut`: where a future is dropped. `Dice`: what chooses it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

/// Where a future is dropped.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cut {
    /// Nowhere.
    Never,
    /// After so many polls.
    Polls(u32),
    /// After so long; meanwhile it is polled without an end, as by a `select!` that others wake.
    Busy(Duration),
    /// After so long, by a timer.
    Timer(Duration),
}

impl Cut {
    /// Runs a future until it ends or is to be dropped.
    pub(super) async fn of<F: Future>(self, future: F) -> Option<F::Output> {
        match self {
            Self::Never => Some(future.await),
            Self::Polls(polls) => cancel_at(polls as usize, future).await,
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

/// Random numbers from a seed: splitmix64.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// Of a seed, and of who throws them.
    pub(super) fn new(seed: u64, thrower: u64) -> Self {
        let mut dice = Self(seed ^ thrower.wrapping_mul(0xd134_2543_de82_ef95));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.next() % u64::from(bound)).expect("it is below a u32")
    }

    /// Where to drop a future; some are not.
    pub(super) fn cut(&mut self) -> Cut {
        match self.below(8) {
            0 => Cut::Never,
            1 | 2 => Cut::Polls(self.below(4)),
            3 => Cut::Polls(self.below(20)),
            4 => Cut::Polls(self.below(60)),
            5 => Cut::Busy(Duration::from_micros(self.below(200).into())),
            6 => Cut::Busy(Duration::from_micros(self.below(1_500).into())),
            _ => Cut::Timer(Duration::from_micros(self.below(5_000).into())),
        }
    }
}
