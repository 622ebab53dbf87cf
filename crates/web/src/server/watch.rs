//! Judges one connection by the readings of its pulse: no request starts a timer.

use std::time::Duration;

use crate::limits::Limits;

use super::pulse::Reading;
use super::signal::Order;

/// The shortest time between two looks.
const SHORTEST_STEP: Duration = Duration::from_millis(10);

/// For how long a connection may do what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    header: Duration,
    keep_alive: Duration,
    write: Duration,
}

impl Patience {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { header: limits.header_timeout, keep_alive: limits.keep_alive, write: limits.write_timeout }
    }

    /// Returns the time between two looks.
    pub(super) fn step(&self) -> Duration {
        (self.header.min(self.keep_alive).min(self.write) / 4).max(SHORTEST_STEP)
    }
}

/// Adds up for how long a connection has been quiet. What lasts for less than the time between two looks counts as
/// nothing, so that no connection is closed before its time.
#[derive(Debug, Default)]
pub(super) struct Watch {
    last: Option<Reading>,
    leaving: bool,
    idle: Duration,
    head: Duration,
    blocked: Duration,
}

impl Watch {
    /// From now on the connection is only to finish what it is at.
    pub(super) fn leave(&mut self) {
        self.leaving = true;
    }

    /// Looks once more, the time `passed` after the last look, and says what is to be done and why.
    pub(super) fn look(&mut self, now: Reading, passed: Duration, patience: &Patience) -> (Order, &'static str) {
        if let Some(last) = self.last.replace(now) {
            self.add(last, now, passed);
        }
        let order = self.judge(now, patience);
        self.leaving |= order.0 == Order::Leave;
        order
    }

    fn add(&mut self, last: Reading, now: Reading, passed: Duration) {
        let add = |sum: Duration, lasts: bool| if lasts { sum + passed } else { Duration::ZERO };
        let quiet = !last.busy && !now.busy && now.begun == last.begun;
        self.idle = add(self.idle, quiet);
        self.head = add(self.head, quiet && last.head_begun && now.head_begun);
        self.blocked = add(self.blocked, last.write_blocked && now.write_blocked && now.written == last.written);
    }

    fn judge(&self, now: Reading, patience: &Patience) -> (Order, &'static str) {
        match () {
            () if self.leaving && now.is_idle() => (Order::End, "it is done"),
            () if self.blocked >= patience.write => (Order::End, "it takes nothing of its response"),
            () if self.head >= patience.header => (Order::End, "its headers do not end"),
            () if now.begun == 0 && self.idle >= patience.header => (Order::End, "it sends no request"),
            () if self.leaving => (Order::Stay, ""),
            () if self.idle >= patience.keep_alive => (Order::Leave, "it has been idle"),
            () => (Order::Stay, ""),
        }
    }
}
