//! References to objects: they become keys as soon as the objects have one.

use aludel_sql::{Error, Result, Target};

use super::state::Flush;
use crate::arena::AnyArena;

/// Puts the keys into the references of an object; `false` if an object that it refers to has none yet.
pub(super) fn settle(flush: &mut Flush<'_>, place: usize, slot: u32) -> Result<bool> {
    let Flush { arenas, plan, journal, inserted, .. } = flush;
    for reference in &plan.references[place] {
        let at = reference.field;
        let Some(target) = pending(&*arenas.all()[place], slot, at) else { continue };
        let Some(home) = arenas.place_of(target).filter(|home| arenas.all()[*home].is_live(target)) else {
            return Err(lost(&*arenas.all()[place], slot, at));
        };
        let arena = &arenas.all()[home];
        if arena.is_pending(target.slot) && !inserted.contains(&(home, target.slot)) {
            return Ok(false);
        }
        let key = arena.key(target.slot);
        if let Some(link) = arenas.all_mut()[place].field_mut(slot, at).link_mut() {
            link.settle(&*key);
            journal.note_link(place, slot, at, target);
        }
    }
    Ok(true)
}

/// The object that a foreign key points at, as long as it holds no key.
pub(super) fn pending(arena: &dyn AnyArena, slot: u32, at: usize) -> Option<Target> {
    arena.now(slot).at(at).link()?.pending()
}

#[cold]
fn lost(arena: &dyn AnyArena, slot: u32, at: usize) -> Error {
    let mapping = arena.mapping();
    let column = &mapping.table.columns[usize::from(mapping.columns[at])].name;
    Error::usage(format!("`{}` refers by `{column}` to an object that is not in this session", arena.describe(slot)))
        .hint("the object was deleted, rolled back, or belongs to another session; refer to it by `Ref::key(..)`, or add it here")
}
