//! `Ids`: from keys to places. A few are looked through one by one, many are hashed.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use aludel_sql::Key;
use smallvec::SmallVec;

/// So many are quicker to look through than to hash.
const FEW: usize = 4;

/// For how many the map makes place at first.
const MANY: usize = 100;

/// The place of each key.
pub(super) struct Ids<K> {
    /// All of them, as long as `many` is empty.
    few: SmallVec<[(K, u32); FEW]>,
    many: HashMap<K, u32, foldhash::fast::RandomState>,
}

impl<K: Key> Ids<K> {
    pub(super) fn new() -> Self {
        Self { few: SmallVec::new(), many: HashMap::default() }
    }

    pub(super) fn get(&self, key: &K) -> Option<u32> {
        match self.many.is_empty() {
            true => self.few.iter().find(|(known, _)| known == key).map(|(_, place)| *place),
            false => self.many.get(key).copied(),
        }
    }

    /// Makes place for so many more.
    pub(super) fn reserve(&mut self, more: usize) {
        if more > FEW {
            self.many.reserve(more.max(MANY));
        }
    }

    /// Returns the place that a key has; one that has none gets this.
    pub(super) fn meet(&mut self, key: K, place: u32) -> Option<u32> {
        if self.many.is_empty() {
            let known = self.get(&key);
            if known.is_some() {
                return known;
            }
            if self.few.len() < FEW {
                self.few.push((key, place));
                return None;
            }
            self.many.reserve(MANY);
            self.many.extend(self.few.drain(..));
        }
        match self.many.entry(key) {
            Entry::Occupied(known) => Some(*known.get()),
            Entry::Vacant(new) => {
                new.insert(place);
                None
            }
        }
    }

    /// Gives a key the place, whichever it had.
    pub(super) fn set(&mut self, key: K, place: u32) {
        if !self.many.is_empty() {
            self.many.insert(key, place);
            return;
        }
        match self.few.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => *known = place,
            None => {
                self.meet(key, place);
            }
        }
    }

    /// Takes a key out, unless it has another place than this.
    pub(super) fn remove_from(&mut self, key: &K, place: u32) {
        if self.get(key) == Some(place) {
            self.remove(key);
        }
    }

    fn remove(&mut self, key: &K) {
        self.few.retain(|(known, _)| known != key);
        self.many.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against a plain map, over the border between few and many in both directions.
    #[test]
    fn few_and_many_are_one_map() {
        let (mut ids, mut plain) = (Ids::<i64>::new(), HashMap::new());
        let mut state = 7_u64;
        for step in 0..4000_u32 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // Grows to some twenty keys, and shrinks to none.
            let (key, grows) = ((state >> 33) as i64 % 23, (step / 100) % 2 == 0);
            match (grows, step % 3) {
                (true, 0) => {
                    ids.set(key, step);
                    plain.insert(key, step);
                }
                (true, _) => assert_eq!(ids.meet(key, step), plain.get(&key).copied().or_else(|| plain.insert(key, step))),
                (false, 0) => ids.remove_from(&key, step),
                (false, _) => {
                    if let Some(place) = plain.remove(&key) {
                        ids.remove_from(&key, place);
                    }
                }
            }
            (0..23).for_each(|key| assert_eq!(ids.get(&key), plain.get(&key).copied(), "step {step}"));
        }
    }
}
