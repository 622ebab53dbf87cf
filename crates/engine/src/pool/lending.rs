//! `Pool`: lends connections. The last one back is the first one lent, so that few stay warm.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aludel_sql::{Error, ErrorKind, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::brief::Brief;
use super::member::Member;
use super::shelf::{Idle, Lent, Shelf};
use super::slot::Slot;
use super::stats::PoolStats;
use crate::events::{Event, Events};
use crate::faults::Fault;
use crate::holder::{Holder, Owner};
use crate::port::{Driver, PoolOptions};
use crate::spans;

/// The connections of an engine.
pub(crate) struct Pool {
    driver: Arc<dyn Driver>,
    options: PoolOptions,
    places: Arc<Semaphore>,
    shelf: Arc<Shelf>,
    events: Arc<Events>,
}

/// Whether a connection is lent for one statement, or to somebody who keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lend {
    /// For one statement.
    Statement,
    /// Until its holder gives it back.
    Holder,
}

enum Found {
    Connection(Idle),
    Place(OwnedSemaphorePermit),
}

impl Pool {
    pub(crate) fn new(driver: Arc<dyn Driver>, options: PoolOptions, events: Arc<Events>) -> Self {
        let shelf = Arc::new(Shelf::new(&options, Arc::clone(&events)));
        Self { driver, options, places: Arc::new(Semaphore::new(options.most())), shelf, events }
    }

    /// Lends a connection, or opens one.
    pub(crate) async fn lend(&self, lend: Lend) -> Result<Slot> {
        let started = self.events.clock();
        let mut shelved = self.lend_shelved(lend, Instant::now);
        let slot = match shelved.take_if(|slot| self.is_lent_at_once(slot)) {
            Some(slot) => slot,
            // In a box, so that nobody carries the room for it who gets one at once.
            None => Box::pin(self.seen(self.find_and_lend(shelved, lend))).await?,
        };
        self.tell_of(started);
        Ok(slot)
    }

    /// Lends a connection to one who can go elsewhere, or opens one; none if all are lent and none comes back within this time.
    pub(crate) async fn lend_within(&self, wait: Duration, lend: Lend) -> Result<Option<Slot>> {
        let started = self.events.clock();
        let found = async {
            if let Some(slot) = self.lend_shelved(lend, Instant::now) {
                return self.vetted(slot).await.map(Some);
            }
            match self.find(wait.min(self.options.wait)).await {
                Ok(found) => self.lend_found(found, lend).await.map(Some),
                Err(_all_are_lent) => Ok(None),
            }
        };
        let slot = self.seen(found).await?;
        if slot.is_some() {
            self.tell_of(started);
        }
        Ok(slot)
    }

    /// Whether a connection need not be asked first, and nobody wants to see how it is lent.
    fn is_lent_at_once(&self, slot: &mut Slot) -> bool {
        !spans::is_traced() && (!self.driver.is_remote() || slot.is_good(&self.options))
    }

    /// Lends within a span.
    async fn seen<T>(&self, lending: impl Future<Output = Result<T>>) -> Result<T> {
        spans::within(|| spans::checkout(self.driver.name()), lending).await
    }

    fn tell_of(&self, started: Option<Instant>) {
        if let Some(started) = started {
            self.events.tell(&Event::CheckOut { waited: started.elapsed() });
        }
    }

    async fn find_and_lend(&self, shelved: Option<Slot>, lend: Lend) -> Result<Slot> {
        if let Some(slot) = shelved {
            return self.vetted(slot).await;
        }
        let found = self.find(self.options.wait).await?;
        self.lend_found(found, lend).await
    }

    async fn lend_found(&self, found: Found, lend: Lend) -> Result<Slot> {
        let slot =
            |place| Slot::new(&self.shelf, place, (lend == Lend::Holder).then(|| self.shelf.hold(Holder::new(None, Instant::now()), true)));
        let place = match found {
            Found::Connection(idle) => return self.vetted(slot(idle.place).with(idle.member)).await,
            Found::Place(place) => place,
        };
        let idle = self.shelf.take_for(&place);
        self.filled(slot(Some(place)), idle).await
    }

    /// Lends a connection to one who has the writer's place, and who never waits here: a reader ends by itself, but others
    /// may hold connections until they get that place. Where all are lent, there is one more.
    pub(crate) async fn lend_to_writer(&self, lend: Lend, since: Instant) -> Result<Slot> {
        let mut shelved = self.lend_shelved(lend, || since);
        let slot = match shelved.take_if(|slot| self.is_lent_at_once(slot)) {
            Some(slot) => slot,
            None => Box::pin(self.seen(self.find_for_writer(shelved, lend, since))).await?,
        };
        self.tell_of(self.events.is_heard().then_some(since));
        Ok(slot)
    }

    async fn find_for_writer(&self, shelved: Option<Slot>, lend: Lend, since: Instant) -> Result<Slot> {
        if let Some(slot) = shelved {
            return self.vetted(slot).await;
        }
        let place = Arc::clone(&self.places).try_acquire_owned().ok();
        let holder = (lend == Lend::Holder).then(|| self.shelf.hold(Holder::new(None, since), place.is_some()));
        let idle = match &place {
            Some(place) => self.shelf.take_for(place),
            None => self.shelf.take_spare(),
        };
        self.filled(Slot::new(&self.shelf, place, holder), idle).await
    }

    /// Puts a connection into a slot, a new one if there is none. The place is the slot's before that: it is free again if the
    /// opening fails or is not awaited.
    async fn filled(&self, slot: Slot, idle: Option<Member>) -> Result<Slot> {
        match idle {
            Some(member) => self.vetted(slot.with(member)).await,
            None => self.opened(slot).await,
        }
    }

    /// A slot whose connection works: one that has broken meanwhile is replaced.
    async fn vetted(&self, mut slot: Slot) -> Result<Slot> {
        if !self.driver.is_remote() || slot.vet(&self.options).await {
            return Ok(slot);
        }
        self.opened(slot).await
    }

    async fn opened(&self, slot: Slot) -> Result<Slot> {
        let started = Instant::now();
        let connected = spans::within(|| spans::connect(self.driver.name()), self.driver.connect()).await;
        self.events.tell(&Event::Connect { duration: started.elapsed(), error: connected.as_ref().err() });
        let raw = connected?;
        let epoch = self.shelf.opened();
        let member = if self.driver.is_remote() { Member::remote(raw, epoch) } else { Member::embedded(raw) };
        Ok(slot.with(member))
    }

    /// Lends an idle connection that has its place, if there is one.
    fn lend_shelved(&self, lend: Lend, since: impl FnOnce() -> Instant) -> Option<Slot> {
        let (idle, holder) = match lend {
            Lend::Statement => (self.shelf.take()?, None),
            Lend::Holder => {
                let (idle, holder) = self.shelf.take_held(Holder::new(None, since()))?;
                (idle, Some(holder))
            }
        };
        Some(Slot::new(&self.shelf, idle.place, holder).with(idle.member))
    }

    /// Lends an idle connection for one statement that is answered at once, if there is one and nobody waits.
    pub(crate) fn lend_idle(&self) -> Option<Brief<'_>> {
        Some(Brief::new(&self.shelf, self.shelf.take()?))
    }

    /// Finds the place for a connection, or, after a wait, an idle one.
    async fn find(&self, wait: Duration) -> Result<Found> {
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return Ok(Found::Place(place));
        }
        self.refuse_own()?;
        let _waiter = match self.shelf.take_or_wait() {
            Ok(idle) => return Ok(Found::Connection(idle)),
            Err(waiter) => waiter,
        };
        match tokio::time::timeout(wait, Arc::clone(&self.places).acquire_owned()).await {
            Ok(Ok(place)) => Ok(Found::Place(place)),
            Ok(Err(_)) | Err(_) => Err(self.waited_in_vain(wait)),
        }
    }

    /// Waiting could never end if every connection is held by the one who waits.
    fn refuse_own(&self) -> Result {
        let me = Owner::current();
        let state = self.shelf.lock();
        let mine = |lent: &&Lent| lent.has_place && lent.holder.owner.is(&me);
        let all_mine = state.holders.iter().filter(mine).count() == self.options.most();
        match state.holders.iter().find(mine).filter(|_| all_mine) {
            None => Ok(()),
            Some(Lent { holder, .. }) => Err(Error::new(
                ErrorKind::Deadlock,
                format!("every connection to `{}` is held by the same request or task that waits for one: {holder}", self.driver.name()),
            )
            .hint("run this statement through the session, transaction or connection that is held, or let go of it first")),
        }
    }

    #[cold]
    fn waited_in_vain(&self, wait: Duration) -> Error {
        let state = self.shelf.lock();
        let holders: Vec<_> = state.holders.iter().map(|lent| lent.holder.to_string()).collect();
        let who = if holders.is_empty() { "single statements".to_owned() } else { holders.join("; ") };
        let size = self.options.most();
        Error::new(
            ErrorKind::Timeout,
            format!("waited {} ms for one of the {size} connections to `{}`; held by: {who}", wait.as_millis(), self.driver.name()),
        )
        .hint("hold connections and transactions for a shorter time, or allow the pool more of them")
    }

    /// How it stands now.
    pub(crate) fn stats(&self) -> PoolStats {
        let state = self.shelf.lock();
        let with_place = state.idle.iter().filter(|idle| idle.place.is_some()).count();
        let free = with_place + self.places.available_permits();
        PoolStats {
            most: self.options.most(),
            idle: state.idle.len() + usize::from(state.spare.is_some()),
            free,
            waiting: state.waiting,
            opened: state.opened,
            closed: state.closed,
            holders: state.holders.iter().map(|lent| lent.holder.to_string()).collect(),
        }
    }

    /// Whether this is what is wrong on purpose.
    pub(crate) fn has_fault(&self, fault: Fault) -> bool {
        self.shelf.planted().is(fault)
    }

    /// Makes something wrong.
    #[cfg(feature = "planted-faults")]
    pub(crate) fn plant(&self, fault: Fault) {
        self.shelf.planted().plant(fault);
    }

    /// Closes the connections that are idle, and lets those that are lent be asked when they are lent again.
    pub(crate) fn clear(&self) {
        let mut state = self.shelf.lock();
        let (idle, spare) = (std::mem::take(&mut state.idle), state.spare.take());
        state.closed += idle.len() as u64 + u64::from(spare.is_some());
        drop(state);
        self.shelf.suspect();
    }
}
