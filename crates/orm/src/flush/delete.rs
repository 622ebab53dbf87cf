//! Deletes: from the tables that point at others up to those that are pointed at, later objects first; where a table
//! points at itself or in a circle, row by row: none goes before those that point at it.

use std::collections::HashMap;
use std::sync::Arc;

use aludel_sql::Result;
use aludel_sql::ast::{DeleteTree, Statement};

use super::batch;
use super::order::{PerArena, Plan};
use super::state::Flush;
use crate::arena::{AnyArena, Arenas};

/// Deletes the rows of all doomed objects. One that is gone already is as it should be.
pub(super) async fn all(flush: &mut Flush<'_>) -> Result {
    let mut waiting: PerArena<Vec<u32>> = flush.arenas.all().iter().map(|arena| arena.doomed().iter().rev().copied().collect()).collect();
    let mut pointers = Pointers::default();
    if flush.plan.is_tangled {
        waiting.iter().enumerate().for_each(|(place, slots)| slots.iter().for_each(|slot| pointers.add(flush, place, *slot)));
    }
    while waiting.iter().any(|slots| !slots.is_empty()) {
        let left: usize = waiting.iter().map(Vec::len).sum();
        for at in (0..flush.plan.order.len()).rev() {
            let place = flush.plan.order[at];
            let is_held = |slot: &u32| pointers.point_at(flush.arenas, place, *slot);
            let (held, free): (Vec<u32>, Vec<u32>) = std::mem::take(&mut waiting[place]).into_iter().partition(is_held);
            table(flush, place, &free).await?;
            free.iter().for_each(|slot| pointers.remove(flush, place, *slot));
            waiting[place] = held;
        }
        if waiting.iter().map(Vec::len).sum::<usize>() == left {
            // A circle: what becomes of it is for the database to say.
            pointers = Pointers::default();
        }
    }
    Ok(())
}

async fn table(flush: &mut Flush<'_>, place: usize, slots: &[u32]) -> Result {
    if slots.is_empty() {
        return Ok(());
    }
    let arena = &*flush.arenas.all()[place];
    let mapping = arena.mapping();
    let mut values = Vec::with_capacity(slots.len() * mapping.key.len());
    for &slot in slots {
        values.extend(mapping.key.iter().map(|at| arena.row(slot).at(usize::from(*at)).value()));
    }
    let tree = DeleteTree { table: mapping.table_ref(), filter: batch::by_key(mapping), returning: None };
    batch::run(flush.connection, &Statement::Delete(Arc::new(tree)), &values, slots.len()).await?;
    Ok(())
}

/// How many doomed rows point at a row: by its arena, and its key as a literal, which no two keys share.
#[derive(Default)]
struct Pointers(HashMap<(usize, String), usize>);

impl Pointers {
    fn add(&mut self, flush: &Flush<'_>, place: usize, slot: u32) {
        for target in targets(flush.arenas, &flush.plan, place, slot) {
            *self.0.entry(target).or_default() += 1;
        }
    }

    fn remove(&mut self, flush: &Flush<'_>, place: usize, slot: u32) {
        if self.0.is_empty() {
            return;
        }
        for target in targets(flush.arenas, &flush.plan, place, slot) {
            if let Some(count) = self.0.get_mut(&target) {
                *count -= 1;
            }
        }
    }

    fn point_at(&self, arenas: &Arenas, place: usize, slot: u32) -> bool {
        !self.0.is_empty() && self.0.get(&(place, key(&*arenas.all()[place], slot))).is_some_and(|count| *count > 0)
    }
}

/// The rows that a row points at, but not the row itself.
fn targets(arenas: &Arenas, plan: &Plan, place: usize, slot: u32) -> Vec<(usize, String)> {
    let arena = &*arenas.all()[place];
    let this = (place, key(arena, slot));
    let pairs = plan.references[place].iter().flat_map(|reference| {
        let key = arena.row(slot).at(reference.field).value().to_string();
        reference.targets.iter().map(move |target| (*target, key.clone()))
    });
    pairs.filter(|pair| *pair != this).collect()
}

/// What foreign keys, which are of one column, hold of a row.
fn key(arena: &dyn AnyArena, slot: u32) -> String {
    arena.mapping().key.first().map(|at| arena.row(slot).at(usize::from(*at)).value().to_string()).unwrap_or_default()
}
