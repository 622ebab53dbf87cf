//! `Journal`: what a flush has changed in memory before it was known to succeed, and how it is taken back.

use aludel_sql::Target;

use super::order::PerArena;
use crate::arena::Arenas;

/// What stood in the fields that were written.
#[derive(Default)]
pub(super) struct Journal {
    /// Keys that the database has assigned, where `auto()` stood.
    keys: PerArena<Keys>,
    /// Keys of objects that had none, where a reference to the object stood.
    links: Vec<Link>,
}

struct Keys {
    arena: usize,
    slots: Vec<u32>,
    field: usize,
}

struct Link {
    arena: usize,
    slot: u32,
    field: usize,
    target: Target,
}

impl Journal {
    /// Notes that a field of these objects gets the keys that the database assigns.
    pub(super) fn note_keys(&mut self, arena: usize, slots: &[u32], field: usize) {
        self.keys.push(Keys { arena, slots: slots.to_vec(), field });
    }

    /// Notes that a reference to an object becomes its key.
    pub(super) fn note_link(&mut self, arena: usize, slot: u32, field: usize, target: Target) {
        self.links.push(Link { arena, slot, field, target });
    }

    /// Takes everything back.
    pub(super) fn revert(self, arenas: &mut Arenas) {
        for Keys { arena, slots, field } in self.keys {
            let arena = &mut arenas.all_mut()[arena];
            slots.into_iter().for_each(|slot| arena.field_mut(slot, field).set_auto());
        }
        for Link { arena, slot, field, target } in self.links {
            if let Some(link) = arenas.all_mut()[arena].field_mut(slot, field).link_mut() {
                link.unsettle(target);
            }
        }
    }
}
