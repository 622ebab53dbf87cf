//! `Shelf`: the connections that nobody has, and the names of those who have the others.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::OwnedSemaphorePermit;

use crate::holder::Holder;
use crate::port::RawConnection;

/// Where connections lie between two uses.
#[derive(Default)]
pub(super) struct Shelf(Mutex<State>);

#[derive(Default)]
pub(super) struct State {
    pub(super) idle: Vec<Idle>,
    /// Those who hold a connection across awaits. A single statement is none of them: it ends by itself.
    pub(super) holders: Vec<Lent>,
    next: u64,
    /// How many wait for a place.
    waiting: usize,
    /// The connection that came beyond the places, for one who had the writer's: it is lent to the next one who does.
    pub(super) spare: Option<Box<dyn RawConnection>>,
}

/// A connection that nobody has. It keeps its place, so that lending it is one lock; where somebody waits for a place,
/// the place is theirs, and the connection waits for them without it.
pub(super) struct Idle {
    pub(super) raw: Box<dyn RawConnection>,
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
    /// Takes an idle connection that has its place.
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
    pub(super) fn take_for(&self, _place: &OwnedSemaphorePermit) -> Option<Box<dyn RawConnection>> {
        let mut state = self.lock();
        let Some(Idle { raw, place }) = state.idle.pop() else { return state.spare.take() };
        drop(state);
        drop(place);
        Some(raw)
    }

    /// Takes the connection beyond the places.
    pub(super) fn take_spare(&self) -> Option<Box<dyn RawConnection>> {
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
    pub(super) fn give_back(&self, mut idle: Idle, holder: Option<u64>) {
        let mut state = self.lock();
        state.forget(holder);
        if idle.place.is_none() {
            let second = state.spare.replace(idle.raw);
            drop(state);
            return drop(second);
        }
        let place = if state.waiting > 0 { idle.place.take() } else { None };
        state.idle.push(idle);
        drop(state);
        // For the one who waits longest, who finds the connection on the shelf.
        drop(place);
    }

    /// Forgets a holder.
    pub(super) fn forget(&self, holder: Option<u64>) {
        if holder.is_some() {
            self.lock().forget(holder);
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take(&mut self) -> Option<Idle> {
        self.idle.pop_if(|idle| idle.place.is_some())
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
        self.0.lock().waiting -= 1;
    }
}
