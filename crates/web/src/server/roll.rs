//! The connections that there are, so that one task with one timer can look after all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::pulse::Pulse;
use super::signal::Order;
use super::watch::{Patience, Watch};

/// All connections of a server. Locked when a connection begins and ends and at a look, never by a request.
#[derive(Debug, Clone, Default)]
pub(super) struct Roll(Arc<Mutex<Entries>>);

#[derive(Debug, Default)]
struct Entries {
    next: u64,
    watched: HashMap<u64, (Pulse, Watch)>,
}

/// A connection on the roll, until it is dropped.
#[derive(Debug)]
pub(super) struct Enrolled {
    roll: Roll,
    number: u64,
    pub(super) pulse: Pulse,
}

impl Roll {
    pub(super) fn enroll(&self) -> Enrolled {
        let pulse = Pulse::default();
        let mut entries = self.lock();
        let number = entries.next;
        entries.next += 1;
        entries.watched.insert(number, (pulse.clone(), Watch::default()));
        Enrolled { roll: self.clone(), number, pulse }
    }

    /// Looks at all connections, the time `passed` after the last look.
    pub(super) fn look(&self, passed: Duration, patience: &Patience) {
        for (pulse, watch) in self.lock().watched.values_mut() {
            let (order, why) = watch.look(pulse.read(), passed, patience);
            if order > Order::Stay {
                tracing::debug!("closing a connection: {why}");
                pulse.order(order);
            }
        }
    }

    /// Tells all connections to finish what they are at, and no more.
    pub(super) fn leave(&self) {
        for (pulse, watch) in self.lock().watched.values_mut() {
            watch.leave();
            pulse.order(Order::Leave);
        }
    }

    /// Ends all connections.
    pub(super) fn end(&self) {
        for (pulse, _) in self.lock().watched.values() {
            pulse.order(Order::End);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Enrolled {
    fn drop(&mut self) {
        self.roll.lock().watched.remove(&self.number);
    }
}
