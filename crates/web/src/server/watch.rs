//! Judges a connection by its pulse, a few times in each of the limits' periods: no request starts a timer.

use std::time::Duration;

use crate::limits::Limits;

use super::pulse::Reading;

/// The shortest time between two looks.
const SHORTEST_STEP: Duration = Duration::from_millis(10);

/// Adds up for how long a connection has been quiet.
#[derive(Debug)]
pub(super) struct Watch {
    step: Duration,
    limits: Patience,
    last: Reading,
    idle: Duration,
    head: Duration,
    blocked: Duration,
}

#[derive(Debug, Clone, Copy)]
struct Patience {
    header: Duration,
    keep_alive: Duration,
    write: Duration,
}

/// What to do with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Let it be.
    Keep,
    /// Ask it to end: it may be an honest client that has nothing to say.
    Close(&'static str),
    /// End it: it takes too long over what it has begun.
    Cut(&'static str),
}

impl Watch {
    pub(super) fn new(limits: &Limits) -> Self {
        let limits = Patience { header: limits.header_timeout, keep_alive: limits.keep_alive, write: limits.write_timeout };
        let step = (limits.header.min(limits.keep_alive).min(limits.write) / 4).max(SHORTEST_STEP);
        let zero = Duration::ZERO;
        Self { step, limits, last: Reading::default(), idle: zero, head: zero, blocked: zero }
    }

    /// Returns the time until the next look.
    pub(super) fn step(&self) -> Duration {
        self.step
    }

    /// Looks once more, the time `passed` after the last look.
    pub(super) fn look(&mut self, now: Reading, passed: Duration) -> Verdict {
        let last = std::mem::replace(&mut self.last, now);
        let moved = now.written != last.written;
        self.blocked = if now.write_blocked && !moved { self.blocked + passed } else { Duration::ZERO };
        if now.busy || now.begun != last.begun {
            (self.idle, self.head) = (Duration::ZERO, Duration::ZERO);
        } else {
            self.idle += passed;
            self.head = if now.head_begun { self.head + passed } else { Duration::ZERO };
        }
        self.judge(now)
    }

    fn judge(&self, now: Reading) -> Verdict {
        let Patience { header, keep_alive, write } = self.limits;
        match () {
            () if self.blocked >= write => Verdict::Cut("it takes nothing of its response"),
            () if self.head >= header => Verdict::Cut("its headers do not end"),
            () if now.begun == 0 && self.idle >= header => Verdict::Cut("it sends no request"),
            () if self.idle >= keep_alive && !now.write_blocked => Verdict::Close("it has been idle"),
            () => Verdict::Keep,
        }
    }
}
