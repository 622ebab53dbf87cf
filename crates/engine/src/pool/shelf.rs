//! `Shelf`: the connections that nobody has, and the names of those who have the others.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OwnedSemaphorePermit;

use super::member::Member;
use crate::events::{Event, Events};
use crate::faults::{Fault, Planted};
use crate::holder::Holder;
use crate::port::{PoolOptions, PoolOrder};

/// Where connections lie between two uses.
pub(super) struct Shelf(Mutex<State>, Arc<Events>, Planted);

pub(super) struct State {
    /// The one that came back last at the end.
    pub(super) idle: Vec<Idle>,
    /// How many may lie here.
    size: usize,
    order: PoolOrder,
    /// How many were opened and closed so far.
    pub(super) opened: u64,
    pub(super) closed: u64,
    epoch: u64,
    /// Those who hold a connection across awaits. A single statement is none of them: it ends by itself.
    pub(super) holders: Vec<Lent>,
    next: u64,
    /// How many wait for a place.
    pub(super) waiting: usize,
    /// The connection that came beyond the places, for one who had the writer's: it is lent to the next one who does.
    pub(super) spare: Option<Member>,
}

/// A connection that nobody has. It keeps its place, so that lending it is one lock; where somebody waits for a place,
/// the place is theirs, and the connection waits for them without it.
pub(super) struct Idle {
    pub(super) member: Member,
    pub(super) place: Option<OwnedSemaphorePermit>,
}

/// A connection that somebody holds.
pub(super) struct Lent {
    id: u64,
    /// Whether it has one of the pool's places, and not only the writer's.
    pub(super) has_place: bool,
    pub(super) holder: Holder,
}

/// One who waits for a place: as long as this lives.
pub(super) struct Waiter<'s>(&'s Shelf);

impl Shelf {
    pub(super) fn new(options: &PoolOptions, events: Arc<Events>) -> Self {
        let state = State {
            idle: Vec::new(),
            size: options.size,
            order: options.order,
            opened: 0,
            closed: 0,
            epoch: 0,
            holders: Vec::new(),
            next: 0,
            waiting: 0,
            spare: None,
        };
        Self(Mutex::new(state), events, Planted::default())
    }

    /// Counts a connection that was opened, and tells the epoch that it is of.
    pub(super) fn opened(&self) -> u64 {
        let mut state = self.lock();
        state.opened += 1;
        state.epoch
    }

    /// Counts a connection that was closed.
    pub(super) fn closed(&self) {
        self.lock().closed += 1;
    }

    /// Tells that a connection came back.
    pub(super) fn came_back(&self) {
        self.1.tell(&Event::CheckIn);
    }

    /// What is wrong with the pool on purpose.
    pub(super) fn planted(&self) -> &Planted {
        &self.2
    }

    /// The present epoch. A new one begins when a connection has broken: all that are older are asked whether they still
    /// work before they are lent, since a server that has been restarted has broken them all.
    pub(super) fn epoch(&self) -> u64 {
        self.lock().epoch
    }

    /// Begins a new epoch.
    pub(super) fn suspect(&self) {
        self.lock().epoch += 1;
    }

    /// Takes an idle connection that has its place.
    #[inline]
    pub(super) fn take(&self) -> Option<Idle> {
        self.lock().take()
    }

    /// As [`take`](Shelf::take), and remembers who holds the connection across awaits, under the number that is returned.
    pub(super) fn take_held(&self, holder: Holder) -> Option<(Idle, u64)> {
        let mut state = self.lock();
        let idle = state.take()?;
        Some((idle, state.hold(holder, true)))
    }

    /// Takes a connection for one who has a place. Its own place, if it has one, is given up.
    pub(super) fn take_for(&self, _place: &OwnedSemaphorePermit) -> Option<Member> {
        let mut state = self.lock();
        let next = match state.order {
            PoolOrder::LastIn => state.idle.pop(),
            PoolOrder::FirstIn => (!state.idle.is_empty()).then(|| state.idle.remove(0)),
        };
        let Some(Idle { member, place }) = next else { return state.spare.take() };
        drop(state);
        drop(place);
        Some(member)
    }

    /// Takes the connection beyond the places.
    pub(super) fn take_spare(&self) -> Option<Member> {
        self.lock().spare.take()
    }

    /// Takes an idle connection, or counts the caller among those who wait: nobody then gives a connection back with its place.
    pub(super) fn take_or_wait(&self) -> Result<Idle, Waiter<'_>> {
        let mut state = self.lock();
        state.take().ok_or_else(|| {
            state.waiting += 1;
            Waiter(self)
        })
    }

    /// Remembers who holds a connection across awaits.
    pub(super) fn hold(&self, holder: Holder, has_place: bool) -> u64 {
        self.lock().hold(holder, has_place)
    }

    /// Changes what is known of a holder.
    pub(super) fn change(&self, id: u64, change: impl FnOnce(&mut Holder)) {
        if let Some(lent) = self.lock().holders.iter_mut().find(|lent| lent.id == id) {
            change(&mut lent.holder);
        }
    }

    /// Takes back a connection that is fit to be lent again, from this holder, if from one.
    #[inline]
    pub(super) fn give_back(&self, mut idle: Idle, holder: Option<u64>) {
        idle.member.rest();
        self.came_back();
        let mut state = self.lock();
        state.forget(holder);
        if idle.place.is_none() {
            let second = state.spare.replace(idle.member);
            state.closed += u64::from(second.is_some());
            drop(state);
            return drop(second);
        }
        if state.idle.len() >= state.size {
            state.closed += 1;
            drop(state);
            return drop(idle);
        }
        let place = if state.waiting > 0 { idle.place.take() } else { None };
        state.idle.push(idle);
        drop(state);
        // For the one who waits longest, who finds the connection on the shelf.
        drop(place);
    }

    /// Forgets a holder.
    pub(super) fn forget(&self, holder: Option<u64>) {
        if holder.is_some() && !self.planted().is(Fault::LostHolder) {
            self.lock().forget(holder);
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    #[inline]
    fn take(&mut self) -> Option<Idle> {
        match self.order {
            PoolOrder::LastIn => self.idle.pop_if(|idle| idle.place.is_some()),
            PoolOrder::FirstIn => self.idle.first()?.place.is_some().then(|| self.idle.remove(0)),
        }
    }

    fn hold(&mut self, holder: Holder, has_place: bool) -> u64 {
        self.next += 1;
        self.holders.push(Lent { id: self.next, has_place, holder });
        self.next
    }

    fn forget(&mut self, holder: Option<u64>) {
        if let Some(id) = holder {
            self.holders.retain(|lent| lent.id != id);
        }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        if !self.0.planted().is(Fault::LostWaiter) {
            self.0.lock().waiting -= 1;
        }
    }
}
