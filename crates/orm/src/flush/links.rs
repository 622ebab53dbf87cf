//! References to objects: they become keys as soon as the objects have one.

use std::collections::HashSet;

use aludel_sql::{Error, Result, Target};

use super::Journal;
use super::journal::Before;
use crate::arena::{AnyArena, Arenas};

/// The objects that this flush has inserted already: arena and slot.
pub(super) type Done = HashSet<(usize, u32)>;

/// Puts the keys into the references of an object; `false` if an object that it refers to has none yet.
pub(super) fn settle(arenas: &mut Arenas, place: usize, slot: u32, done: &Done, journal: &mut Journal) -> Result<bool> {
    for at in references(&*arenas.all()[place]) {
        let Some(target) = pending(&*arenas.all()[place], slot, at) else { continue };
        let Some(home) = arenas.place_of(target).filter(|home| arenas.all()[*home].is_live(target)) else {
            return Err(lost(&*arenas.all()[place], slot, at));
        };
        let arena = &arenas.all()[home];
        if arena.pending_target(target).is_some_and(|waiting| !done.contains(&(home, waiting))) {
            return Ok(false);
        }
        let key = arena.key(target.slot);
        if let Some(link) = arenas.all_mut()[place].field_mut(slot, at).link_mut() {
            link.settle(&*key);
            journal.note(place, slot, at, Before::Pending(target));
        }
    }
    Ok(true)
}

/// The fields that are foreign keys.
fn references(arena: &dyn AnyArena) -> Vec<usize> {
    let mapping = arena.mapping();
    let columns = mapping.columns.iter().enumerate();
    columns.filter(|(_, column)| mapping.table.columns[usize::from(**column)].references.is_some()).map(|(at, _)| at).collect()
}

fn pending(arena: &dyn AnyArena, slot: u32, at: usize) -> Option<Target> {
    arena.field(slot, at).link()?.pending()
}

#[cold]
fn lost(arena: &dyn AnyArena, slot: u32, at: usize) -> Error {
    let mapping = arena.mapping();
    let column = &mapping.table.columns[usize::from(mapping.columns[at])].name;
    Error::usage(format!("`{}` refers by `{column}` to an object that is not in this session", arena.describe(slot)))
        .hint("the object was deleted, rolled back, or belongs to another session; refer to it by `Ref::key(..)`, or add it here")
}
