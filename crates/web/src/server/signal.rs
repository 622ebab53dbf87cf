//! One word to a connection's task. Asking for it is one load of an atomic, since it is asked at every step of every
//! request; a channel or a token would take a lock there.

use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;

#[derive(Debug, Default)]
pub(super) struct Signal {
    order: AtomicU8,
    waker: AtomicWaker,
}

/// What a connection is told; each goes further than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    /// Go on.
    Stay = 0,
    /// Take no further requests, and end when those that there are have been answered.
    Leave = 1,
    /// End now.
    End = 2,
}

impl Signal {
    pub(super) fn give(&self, order: Order) {
        if self.order.fetch_max(order as u8, Ordering::AcqRel) < order as u8 {
            self.waker.wake();
        }
    }

    pub(super) fn poll(&self, last: Order, cx: &mut Context<'_>) -> Poll<Order> {
        if let Some(order) = self.beyond(last) {
            return Poll::Ready(order);
        }
        self.waker.register(cx.waker());
        // It may have been given between the look and the registration.
        self.beyond(last).map_or(Poll::Pending, Poll::Ready)
    }

    fn beyond(&self, last: Order) -> Option<Order> {
        let order = match self.order.load(Ordering::Acquire) {
            0 => Order::Stay,
            1 => Order::Leave,
            _ => Order::End,
        };
        (order > last).then_some(order)
    }
}
