//! `Writes`: who has written last through an engine, and how far the primary was after it: a replica that who has written reads from
//! must have come as far.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hashlink::LruCache;

use crate::holder::{Identity, Owner};
use crate::port::Position;

/// Of so many owners it is known what they wrote last. Beyond them, the others count as if all had written.
const OWNERS: usize = 4096;

/// The last writes of all owners.
pub(super) struct Writes(Mutex<Known>);

struct Known {
    owners: LruCache<Identity, Write>,
    /// The last write of all whose own is not known any more.
    others: Option<Write>,
}

/// The last write of an owner.
#[derive(Clone, Debug, Default)]
pub(super) struct Write {
    /// Another one with each write.
    pub(super) generation: u64,
    /// How far the primary was after it; unknown until somebody reads.
    pub(super) position: Option<Position>,
    /// Which of the replicas have come as far, by their places; those beyond the 64th are asked each time.
    reached: u64,
}

impl Write {
    /// Whether this replica has come as far.
    pub(super) fn has(&self, place: usize) -> bool {
        self.reached & bit(place) != 0
    }

    /// Notes that this replica has come as far.
    pub(super) fn note(&mut self, place: usize) {
        self.reached |= bit(place);
    }

    /// As [`note`](Write::note), of all of them.
    pub(super) fn note_all(&mut self) {
        self.reached = u64::MAX;
    }
}

fn bit(place: usize) -> u64 {
    u32::try_from(place).ok().and_then(|place| 1_u64.checked_shl(place)).unwrap_or(0)
}

impl Default for Writes {
    fn default() -> Self {
        Self(Mutex::new(Known { owners: LruCache::new_unbounded(), others: None }))
    }
}

impl Writes {
    /// The last write of an owner, if there was one.
    pub(super) fn last(&self, owner: &Owner) -> Option<Write> {
        let mut known = self.lock();
        known.owners.get(&owner.identity()).cloned().or_else(|| known.others.clone())
    }

    /// Changes what is known of a write, unless there was another one since.
    pub(super) fn change(&self, owner: &Owner, generation: u64, change: impl FnOnce(&mut Write)) {
        let mut known = self.lock();
        let Known { owners, others } = &mut *known;
        let write = owners.get_mut(&owner.identity()).or(others.as_mut());
        if let Some(write) = write.filter(|write| write.generation == generation) {
            change(write);
        }
    }

    fn note(&self, owner: &Owner, kind: Noted) {
        let mut known = self.lock();
        let before = known.owners.remove(&owner.identity());
        let write = match (before, kind) {
            (Some(before), Noted::OldPosition) => before,
            (before, _) => next(before.as_ref()),
        };
        known.owners.insert(owner.identity(), write);
        if known.owners.len() > OWNERS && known.owners.remove_lru().is_some() {
            known.others = Some(next(known.others.as_ref()));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn next(before: Option<&Write>) -> Write {
    Write { generation: before.map_or(0, |write| write.generation + 1), ..Write::default() }
}

/// How a write is noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noted {
    Rightly,
    /// Not at all: on purpose, for the campaigns.
    Never,
    /// With the position of an earlier one: on purpose, for the campaigns.
    OldPosition,
}

/// Notes at its end, whatever comes of it, that an owner has written.
pub(super) struct Noting(Option<(Arc<Writes>, Owner, Noted)>);

impl Noting {
    pub(super) fn new(writes: Option<&Arc<Writes>>, noted: Noted) -> Self {
        Self(writes.filter(|_| noted != Noted::Never).map(|writes| (Arc::clone(writes), Owner::current(), noted)))
    }
}

impl Noting {
    /// Notes nothing.
    pub(super) fn forget(mut self) {
        self.0 = None;
    }
}

impl Drop for Noting {
    fn drop(&mut self) {
        if let Some((writes, owner, noted)) = &self.0 {
            writes.note(owner, *noted);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Noted, Noting, OWNERS, Writes};
    use crate::holder::{Owner, Scope, scope};
    use crate::port::Position;

    fn write(writes: &Arc<Writes>) {
        drop(Noting::new(Some(writes), Noted::Rightly));
    }

    async fn as_another(work: impl FnOnce()) {
        scope(Scope { describe: || None, stop: || None }, async { work() }).await;
    }

    #[tokio::test]
    async fn each_owner_has_its_own_write_until_there_are_too_many() {
        let writes = Arc::new(Writes::default());
        let me = Owner::current();
        write(&writes);
        writes.change(&me, 0, |write| (write.position, _) = (Some(Position::new("7")), write.note(3)));
        let last = writes.last(&me).expect("a write");
        assert!(last.position.is_some() && last.has(3) && !last.has(2) && !last.has(64));
        as_another(|| assert!(writes.last(&Owner::current()).is_none())).await;
        // What is found out of a write says nothing of the next one.
        write(&writes);
        writes.change(&me, 0, |write| write.note(3));
        assert!(writes.last(&me).is_some_and(|last| last.position.is_none() && !last.has(3)));
        for _ in 0..OWNERS {
            as_another(|| write(&writes)).await;
        }
        as_another(|| assert!(writes.last(&Owner::current()).is_some(), "it may be one that is forgotten")).await;
    }
}
