//! `Writes`: who has written last through an engine, and how far the primary was after it: a replica that who has written reads from
//! must have come as far.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hashlink::LruCache;

use crate::holder::{Forget, Identity, Owner, tell_at_end};
use crate::port::Position;

/// Of so many owners it is known what they wrote last: requests while they last, and tasks, which do not say when they end. Beyond
/// them, the others count as if all had written.
const OWNERS: usize = 4096;

/// The last writes of all owners.
pub(super) struct Writes(Mutex<Known>);

struct Known {
    owners: LruCache<Identity, Write>,
    /// As if it were the last write of all whose own is not known any more: one that was noted after each of them.
    others: Option<Write>,
    /// The last generation that was given, to whomever.
    generation: u64,
}

/// The last write of an owner.
#[derive(Clone, Debug, Default)]
pub(super) struct Write {
    /// Another one with each write, of all owners.
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
        Self(Mutex::new(Known { owners: LruCache::new_unbounded(), others: None, generation: 0 }))
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
        let Known { owners, others, .. } = &mut *known;
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
            _ => known.next(),
        };
        known.owners.insert(owner.identity(), write);
        if known.owners.len() > OWNERS
            && let Some((_, forgotten)) = known.owners.remove_lru()
        {
            known.count_among_others(&forgotten);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn next(&mut self) -> Write {
        self.generation += 1;
        Write { generation: self.generation, ..Write::default() }
    }

    /// What was found out of the others' write holds as long as it was noted after what is forgotten: so it is asked once for
    /// thousands of them.
    fn count_among_others(&mut self, forgotten: &Write) {
        if self.others.as_ref().is_none_or(|others| others.generation < forgotten.generation) {
            self.others = Some(self.next());
        }
    }
}

impl Forget for Writes {
    fn forget(&self, owner: &Owner) {
        self.lock().owners.remove(&owner.identity());
    }
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
        let writes = writes.filter(|_| noted != Noted::Never);
        Self(writes.map(|writes| {
            tell_at_end(writes);
            (Arc::clone(writes), Owner::current(), noted)
        }))
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

    use super::{Noted, Noting, OWNERS, Write, Writes};
    use crate::holder::{Owner, Running, Scope};
    use crate::port::Position;

    fn write(writes: &Arc<Writes>) {
        drop(Noting::new(Some(writes), Noted::Rightly));
    }

    /// The last write of who calls.
    fn last(writes: &Writes) -> Option<Write> {
        writes.last(&Owner::current())
    }

    fn as_another<T>(work: impl FnOnce() -> T) -> T {
        Running::within(Arc::new(Running::new(Scope { describe: || None, stop: || None })), work)
    }

    async fn tasks_that_write(writes: &Arc<Writes>, count: usize) {
        for _ in 0..count {
            let writes = Arc::clone(writes);
            tokio::spawn(async move { write(&writes) }).await.expect("a task");
        }
    }

    #[tokio::test]
    async fn each_owner_has_its_own_write_until_there_are_too_many() {
        let writes = Arc::new(Writes::default());
        let me = Owner::current();
        write(&writes);
        let first = last(&writes).expect("a write").generation;
        writes.change(&me, first, |write| (write.position, _) = (Some(Position::new("7")), write.note(3)));
        let known = last(&writes).expect("a write");
        assert!(known.position.is_some() && known.has(3) && !known.has(2) && !known.has(64));
        as_another(|| assert!(last(&writes).is_none()));
        // What is found out of a write says nothing of the next one.
        write(&writes);
        writes.change(&me, first, |write| write.note(3));
        assert!(last(&writes).is_some_and(|last| last.position.is_none() && !last.has(3)));
        tasks_that_write(&writes, OWNERS).await;
        as_another(|| assert!(last(&writes).is_some(), "it may be one that is forgotten"));
        // Nor after it was forgotten, and has written again.
        write(&writes);
        writes.change(&me, first, |write| write.note(3));
        assert!(last(&writes).is_some_and(|last| !last.has(3)));
    }

    #[tokio::test]
    async fn requests_that_have_ended_are_forgotten() {
        let writes = Arc::new(Writes::default());
        for _ in 0..5_000 {
            let known = as_another(|| {
                write(&writes);
                write(&writes);
                last(&writes).is_some()
            });
            assert!(known, "who has written is known as long as it lasts");
        }
        as_another(|| assert!(last(&writes).is_none(), "nobody who is there has written"));
        assert_eq!(writes.lock().owners.len(), 0);
    }

    #[tokio::test]
    async fn what_is_found_out_of_those_who_are_forgotten_holds_for_all_of_them() {
        let writes = Arc::new(Writes::default());
        tasks_that_write(&writes, OWNERS + 1).await;
        let found = |writes: &Writes| last(writes).expect("one for all who are forgotten");
        let generation = as_another(|| found(&writes).generation);
        writes.change(&Owner::current(), generation, |write| write.position = Some(Position::new("7")));
        // Those who are forgotten next have written before it was asked.
        tasks_that_write(&writes, OWNERS).await;
        as_another(|| assert!(found(&writes).position.is_some()));
        // The next one has written later.
        tasks_that_write(&writes, 1).await;
        as_another(|| assert!(found(&writes).position.is_none()));
    }
}
