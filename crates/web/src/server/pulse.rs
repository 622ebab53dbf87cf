//! What a connection is doing, in a few counters that cost no clock and no lock, and what it is told to do.
//! Reported by its stream and its requests, read by the roll now and then.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll};

use http::Version;

use super::signal::{Order, Signal};

/// Reports and tells what a connection is doing. Each clone reports to the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Pulse(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    /// Requests whose response is not sent yet.
    busy: AtomicU32,
    /// Requests that have begun; wraps.
    begun: AtomicU32,
    /// Whether several requests share the connection, so that bytes without a request need not be one's beginning.
    multiplexed: AtomicBool,
    /// Whether bytes came that belong to no request yet.
    head_begun: AtomicBool,
    /// Whether the socket takes no more at the moment.
    write_blocked: AtomicBool,
    /// Writes that the socket took; wraps.
    written: AtomicU32,
    signal: Signal,
}

/// One request on the connection, until its response is sent or given up.
#[derive(Debug)]
pub(super) struct Busy(Pulse);

impl Pulse {
    pub(super) fn begin_request(&self, version: Version) -> Busy {
        if version == Version::HTTP_2 {
            self.0.multiplexed.store(true, Relaxed);
        }
        self.0.busy.fetch_add(1, Relaxed);
        self.0.begun.fetch_add(1, Relaxed);
        self.0.head_begun.store(false, Relaxed);
        Busy(self.clone())
    }

    pub(super) fn has_read(&self) {
        if self.0.busy.load(Relaxed) == 0 {
            self.0.head_begun.store(true, Relaxed);
        }
    }

    pub(super) fn has_written(&self) {
        self.0.written.fetch_add(1, Relaxed);
        self.0.write_blocked.store(false, Relaxed);
    }

    pub(super) fn is_write_blocked(&self) {
        self.0.write_blocked.store(true, Relaxed);
    }

    /// Takes a reading.
    pub(super) fn read(&self) -> Reading {
        Reading {
            busy: self.0.busy.load(Relaxed) > 0,
            begun: self.0.begun.load(Relaxed),
            head_begun: self.0.head_begun.load(Relaxed) && !self.0.multiplexed.load(Relaxed),
            write_blocked: self.0.write_blocked.load(Relaxed),
            written: self.0.written.load(Relaxed),
        }
    }

    /// Tells the connection what to do.
    pub(super) fn order(&self, order: Order) {
        self.0.signal.give(order);
    }

    /// Waits for an order that goes further than the last one; asked by the connection's task alone.
    pub(super) fn poll_order(&self, last: Order, cx: &mut Context<'_>) -> Poll<Order> {
        self.0.signal.poll(last, cx)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.0.busy.fetch_sub(1, Relaxed);
    }
}

/// What a connection was doing at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) busy: bool,
    pub(super) begun: u32,
    /// The beginning of a request came, and not yet its end.
    pub(super) head_begun: bool,
    pub(super) write_blocked: bool,
    pub(super) written: u32,
}

impl Reading {
    /// Says whether the connection neither answers a request nor has anything left to send.
    pub(super) fn is_idle(self) -> bool {
        !self.busy && !self.write_blocked
    }
}
