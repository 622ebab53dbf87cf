//! `Journal`: what a flush has changed in memory before it was known to succeed, and how it is taken back.

use aludel_sql::Target;

use crate::arena::Arenas;

/// The changes, in the order they were made.
#[derive(Default)]
pub(super) struct Journal(Vec<Change>);

struct Change {
    arena: usize,
    slot: u32,
    field: usize,
    before: Before,
}

/// What stood in the field.
pub(super) enum Before {
    /// `auto()`.
    Auto,
    /// A reference to an object without a key.
    Pending(Target),
}

impl Journal {
    pub(super) fn note(&mut self, arena: usize, slot: u32, field: usize, before: Before) {
        self.0.push(Change { arena, slot, field, before });
    }

    /// Takes everything back.
    pub(super) fn revert(self, arenas: &mut Arenas) {
        for Change { arena, slot, field, before } in self.0.into_iter().rev() {
            let field = arenas.all_mut()[arena].field_mut(slot, field);
            match before {
                Before::Auto => field.set_auto(),
                Before::Pending(target) => {
                    if let Some(link) = field.link_mut() {
                        link.unsettle(target);
                    }
                }
            }
        }
    }
}
