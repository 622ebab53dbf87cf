//! `Slot`: a lent connection. Dropped, it gives the connection back: clean, cleaned, or not at all.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

#[cfg(feature = "planted-faults")]
use aludel_sql::Error;
use aludel_sql::{Answer, Result};
use sync_wrapper::SyncWrapper;
use tokio::sync::OwnedSemaphorePermit;

use super::member::{Member, Vet};
use super::shelf::{Idle, Shelf};
use crate::faults::Fault;
use crate::holder::{Holder, Owner};
use crate::port::{Canceller, PoolOptions, RawConnection, Watch};
use crate::writer::Ticket;

/// How long a connection may take to come back to where nothing is open. The drivers bound the most of that themselves, by less.
const RESET: Duration = Duration::from_secs(15);

/// A lent connection, with the writer's place if it has that too.
pub(crate) struct Slot {
    shelf: Arc<Shelf>,
    place: Option<OwnedSemaphorePermit>,
    holder: Option<u64>,
    /// Who used the connection last: it may be handed from task to task.
    owner: Option<Owner>,
    member: Option<SyncWrapper<Member>>,
    ticket: Option<Ticket>,
    /// Set before an exchange and cleared after it; set too when a transaction was left. The connection is reset before anything else then.
    dirty: bool,
    /// Whether the database said after the last exchange that a transaction is open.
    open: bool,
}

impl Slot {
    pub(super) fn new(shelf: &Arc<Shelf>, place: Option<OwnedSemaphorePermit>, holder: Option<u64>) -> Self {
        Self {
            shelf: Arc::clone(shelf),
            place,
            holder,
            owner: holder.map(|_held| Owner::current()),
            member: None,
            ticket: None,
            dirty: false,
            open: false,
        }
    }

    /// A connection that was left in the middle of an exchange.
    pub(super) fn left(shelf: &Arc<Shelf>, Idle { member, place }: Idle) -> Self {
        let mut slot = Self::new(shelf, place, None).with(member);
        slot.dirty = true;
        slot
    }

    pub(super) fn with(mut self, member: Member) -> Self {
        self.member = Some(SyncWrapper::new(member));
        self
    }

    /// Whether its connection can be lent without a question.
    pub(super) fn is_good(&mut self, options: &PoolOptions) -> bool {
        let epoch = self.shelf.epoch();
        self.member.as_mut().is_some_and(|member| matches!(member.get_mut().vet(epoch, options), Vet::Lend))
    }

    /// Whether its connection can be lent: one that is too old or does not answer is closed.
    pub(super) async fn vet(&mut self, options: &PoolOptions) -> bool {
        let epoch = self.shelf.epoch();
        let Some(member) = self.member.as_mut().map(SyncWrapper::get_mut) else { return false };
        let is_good = match member.vet(epoch, options) {
            Vet::Lend => return true,
            Vet::Close => false,
            Vet::Ping => matches!(tokio::time::timeout(options.ping_wait, member.raw.ping()).await, Ok(Ok(()))),
        };
        if is_good {
            member.works(epoch);
        } else if !self.has_fault(Fault::PingIgnored) {
            self.member = None;
            self.shelf.closed();
        }
        is_good || self.has_fault(Fault::PingIgnored)
    }

    /// Begins an exchange; the connection is marked until its [`end`](Exchange::end).
    pub(crate) fn exchange(&mut self) -> Exchange<'_> {
        self.dirty = !self.has_fault(Fault::Unmarked);
        self.follow();
        Exchange { slot: self, ended: false }
    }

    /// Whether a transaction is open, as the database said after the last exchange.
    pub(crate) fn in_transaction(&self) -> bool {
        self.open
    }

    pub(crate) fn has_ticket(&self) -> bool {
        self.ticket.is_some()
    }

    /// Keeps the writer's place for as long as the transaction is open.
    pub(crate) fn keep(&mut self, ticket: Ticket) {
        self.ticket = Some(ticket);
    }

    /// Notes by which statement the holder began to write.
    pub(crate) fn note(&self, statement: &Arc<str>) {
        if let Some(ticket) = &self.ticket {
            ticket.note(statement);
        }
        if let Some(holder) = self.holder {
            self.shelf.change(holder, |holder| holder.statement = Some(Arc::clone(statement)));
        }
    }

    /// What ends the statement that runs on the connection.
    pub(crate) fn canceller(&mut self) -> Option<Canceller> {
        self.raw().canceller()
    }

    /// Rolls back a transaction that was left: at once if the database is embedded, else before the next exchange.
    pub(crate) fn abandon(&mut self) {
        if self.in_transaction() && !self.has_fault(Fault::NotAbandoned) {
            self.dirty = true;
            self.recover_now();
        }
    }

    /// Whether this is what is wrong on purpose.
    pub(crate) fn has_fault(&self, fault: Fault) -> bool {
        self.shelf.planted().is(fault)
    }

    /// The number that is asked with, where this one was to be.
    #[cfg(feature = "planted-faults")]
    pub(crate) fn number(&self, number: i64) -> i64 {
        self.shelf.planted().exchange(number)
    }

    /// An error of a statement, as it is told.
    #[cfg(feature = "planted-faults")]
    pub(crate) fn told(&self, error: Error) -> Error {
        self.shelf.planted().told(error)
    }

    /// Brings a connection back that an exchange or a transaction has left half-way.
    pub(crate) async fn recover(&mut self) -> Result {
        if self.dirty {
            if !self.has_fault(Fault::NotRecovered) {
                reset(self.raw()).await?;
            }
            self.settle();
        }
        Ok(())
    }

    fn recover_now(&mut self) {
        // What is not ready now, or fails, is done or told by the next one who recovers.
        if let Poll::Ready(_done) = pin!(self.recover()).poll(&mut Context::from_waker(Waker::noop())) {}
    }

    /// Outside of a transaction the writer's place is free for the next one.
    fn settle(&mut self) {
        self.dirty = false;
        self.open = self.raw().in_transaction();
        if !self.open {
            self.ticket = None;
        }
    }

    /// Notes that the connection has moved to another task, which then is the one that cannot wait for itself.
    fn follow(&mut self) {
        // One statement does not move.
        let (Some(holder), Some(owner)) = (self.holder, &mut self.owner) else { return };
        let now = Owner::current();
        if now.is(owner) {
            return;
        }
        *owner = now;
        self.shelf.change(holder, Holder::follow);
        if let Some(ticket) = &self.ticket {
            ticket.follow();
        }
    }

    fn raw(&mut self) -> &mut dyn RawConnection {
        let member = self.member.as_mut().expect("invariant: a slot has its connection until it is dropped");
        &mut *member.get_mut().raw
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut back = Back { shelf: Arc::clone(&self.shelf), holder: self.holder, place: self.place.take(), ticket: self.ticket.take() };
        let Some(member) = self.member.take() else {
            if self.has_fault(Fault::LostPlace) {
                std::mem::forget(back.place.take());
            }
            return;
        };
        let mut member = member.into_inner();
        let is_clean = !self.dirty || self.has_fault(Fault::NotReset);
        if is_clean && (member.raw.is_fit() || self.has_fault(Fault::NotAsked) || self.has_fault(Fault::NotReset)) {
            return back.give(member);
        }
        if self.has_fault(Fault::LostTicket) {
            std::mem::forget(back.ticket.take());
        }
        if self.has_fault(Fault::LostSlot) && self.dirty {
            std::mem::forget(back.place.take());
        }
        // Nobody holds it any more: who has let go of it may wait for it as others do.
        self.shelf.forget(back.holder.take());
        let mut cleaning = Box::pin(async move {
            let reset = reset(&mut *member.raw).await;
            match reset.is_ok() && member.raw.is_fit() {
                true => back.give(member),
                false => back.close(member, reset),
            }
        });
        // An embedded database has cleaned up by now; for another one the rest is done in the background.
        if let Poll::Pending = cleaning.as_mut().poll(&mut Context::from_waker(Waker::noop()))
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(cleaning);
        }
    }
}

/// Brings a connection back, in no more than the time in which a driver gives up; one that takes longer is no use to anybody.
async fn reset(raw: &mut dyn RawConnection) -> Result {
    let in_time = match raw.reset() {
        Answer::Later(later) if tokio::runtime::Handle::try_current().is_ok() => tokio::time::timeout(RESET, later).await,
        // An embedded database is ready, and needs no clock.
        now => Ok(now.await),
    };
    in_time.unwrap_or_else(|_elapsed| Err(raw.give_up()))
}

/// A connection in an exchange. Dropped before its end, because a future was dropped or what takes the rows
/// has panicked, it is brought back to where nothing is open.
pub(crate) struct Exchange<'s> {
    slot: &'s mut Slot,
    ended: bool,
}

impl Exchange<'_> {
    /// Says that the exchange has ended, well or not.
    pub(crate) fn end(mut self) {
        self.ended = true;
        self.slot.settle();
    }

    pub(crate) fn raw(&mut self) -> &mut dyn RawConnection {
        self.slot.raw()
    }

    /// What asks the server whether it is at work for this connection.
    pub(crate) fn watch(&mut self) -> Option<Watch> {
        match () {
            () if self.slot.has_fault(Fault::NotAttended) => None,
            () if self.slot.has_fault(Fault::AtWorkGivenUp) => Some(Arc::new(|| Box::pin(async { Ok(false) }))),
            () => self.raw().watch(),
        }
    }
}

impl Drop for Exchange<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.slot.recover_now();
        }
    }
}

/// What is given back when a slot ends: the holder's name and the places, also if the connection is closed, or
/// its cleaning ends with the runtime.
struct Back {
    shelf: Arc<Shelf>,
    holder: Option<u64>,
    place: Option<OwnedSemaphorePermit>,
    ticket: Option<Ticket>,
}

impl Back {
    fn give(mut self, member: Member) {
        // Before the writer's place, so that the next writer finds it on the shelf.
        self.shelf.give_back(Idle { member, place: self.place.take() }, self.holder.take());
        drop(self.ticket.take());
    }

    /// Closes a connection before its place is free. If it broke, others may have too.
    fn close(mut self, member: Member, reset: Result) {
        drop(member);
        if self.shelf.planted().is(Fault::LostBroken) {
            std::mem::forget(self.place.take());
        }
        self.shelf.closed();
        self.shelf.came_back();
        if reset.is_err() {
            self.shelf.suspect();
        }
    }
}

/// First the holder is forgotten, then the places are free for those who wait.
impl Drop for Back {
    fn drop(&mut self) {
        self.shelf.forget(self.holder);
        drop(self.ticket.take());
        drop(self.place.take());
    }
}
