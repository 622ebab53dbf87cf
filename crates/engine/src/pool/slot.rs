//! `Slot`: a lent connection. Dropped, it gives the connection back: clean, cleaned, or not at all.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use aludel_sql::Result;
use sync_wrapper::SyncWrapper;
use tokio::sync::OwnedSemaphorePermit;

use super::shelf::Shelf;
use crate::port::RawConnection;
use crate::writer::Ticket;

/// A lent connection, with the writer's place if it has that too.
pub(crate) struct Slot {
    shelf: Arc<Shelf>,
    place: Option<OwnedSemaphorePermit>,
    holder: Option<u64>,
    raw: Option<SyncWrapper<Box<dyn RawConnection>>>,
    ticket: Option<Ticket>,
    /// Set before an exchange and cleared after it: still set at the end, the exchange was left half-way.
    exchanging: bool,
    /// Whether the database said after the last exchange that a transaction is open.
    open: bool,
    /// A transaction was left, and is to be rolled back before anything else.
    abandoned: bool,
}

impl Slot {
    pub(super) fn new(shelf: Arc<Shelf>, place: OwnedSemaphorePermit, holder: Option<u64>) -> Self {
        Self { shelf, place: Some(place), holder, raw: None, ticket: None, exchanging: false, open: false, abandoned: false }
    }

    pub(super) fn with(mut self, raw: Box<dyn RawConnection>) -> Self {
        self.raw = Some(SyncWrapper::new(raw));
        self
    }

    /// The connection, marked as being in an exchange until [`settle`](Slot::settle).
    pub(crate) fn exchange(&mut self) -> &mut dyn RawConnection {
        self.exchanging = true;
        self.raw()
    }

    /// Says that the exchange has ended. Outside of a transaction the writer's place is free for the next one.
    pub(crate) fn settle(&mut self) {
        self.exchanging = false;
        self.open = self.raw().in_transaction();
        if !self.open {
            self.ticket = None;
        }
    }

    /// Whether a transaction is open, as the database said after the last exchange.
    pub(crate) fn in_transaction(&self) -> bool {
        self.open
    }

    pub(crate) fn has_ticket(&self) -> bool {
        self.ticket.is_some()
    }

    /// Keeps the writer's place for as long as the transaction is open.
    pub(crate) fn keep(&mut self, ticket: Ticket, statement: Option<&Arc<str>>) {
        self.ticket = Some(ticket);
        if let (Some(holder), Some(statement)) = (self.holder, statement) {
            self.shelf.note(holder, statement);
        }
    }

    /// Rolls back a transaction that was left: at once if the database is embedded, else before the next exchange.
    pub(crate) fn abandon(&mut self) {
        if !self.in_transaction() {
            return;
        }
        self.abandoned = true;
        if let Poll::Ready(_done) = pin!(self.recover()).poll(&mut Context::from_waker(Waker::noop())) {}
    }

    /// Finishes what [`abandon`](Slot::abandon) began.
    pub(crate) async fn recover(&mut self) -> Result {
        if !self.abandoned {
            return Ok(());
        }
        self.exchange().reset().await?;
        self.abandoned = false;
        self.settle();
        Ok(())
    }

    fn raw(&mut self) -> &mut dyn RawConnection {
        let raw = self.raw.as_mut().expect("invariant: a slot has its connection until it is dropped");
        &mut **raw.get_mut()
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let Some(raw) = self.raw.take() else {
            return self.shelf.give_back(self.holder, None);
        };
        let mut raw = raw.into_inner();
        let back = Back { shelf: Arc::clone(&self.shelf), holder: self.holder, place: self.place.take(), ticket: self.ticket.take() };
        if !self.exchanging && !raw.in_transaction() {
            return back.give(Some(raw));
        }
        let mut cleaning = Box::pin(async move {
            let clean = raw.reset().await.is_ok() && !raw.in_transaction();
            // A connection that cannot be cleaned is closed before its place is free.
            back.give(clean.then_some(raw));
        });
        // An embedded database has cleaned up by now; for another one the rest is done in the background.
        if let Poll::Pending = pin!(cleaning.as_mut()).poll(&mut Context::from_waker(Waker::noop()))
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(cleaning);
        }
    }
}

/// What is given back together with a connection: first the connection, then the places, for those who wait.
struct Back {
    shelf: Arc<Shelf>,
    holder: Option<u64>,
    place: Option<OwnedSemaphorePermit>,
    ticket: Option<Ticket>,
}

impl Back {
    fn give(self, raw: Option<Box<dyn RawConnection>>) {
        self.shelf.give_back(self.holder, raw);
        drop(self.ticket);
        drop(self.place);
    }
}
