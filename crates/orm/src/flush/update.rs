//! Updates: each names the columns that differ from the row; objects that differ in the same columns share a statement.

use std::sync::Arc;

use aludel_sql::ast::{Assignment, Statement, UpdateTree};
use aludel_sql::{Error, ErrorKind, Result};

use super::state::Flush;
use super::{batch, links};
use crate::arena::{AnyArena, changes};

/// Updates all objects that differ from their rows. Everything that was pending has its key by now.
pub(super) async fn all(flush: &mut Flush<'_>) -> Result {
    for at in 0..flush.plan.order.len() {
        let place = flush.plan.order[at];
        for slot in flush.arenas.all()[place].touched().to_vec() {
            links::settle(flush, place, slot)?;
        }
        table(flush, place).await?;
    }
    Ok(())
}

/// Objects that differ in the same fields.
struct Group {
    fields: Vec<usize>,
    slots: Vec<u32>,
}

async fn table(flush: &mut Flush<'_>, place: usize) -> Result {
    let arena = &*flush.arenas.all()[place];
    for Group { fields, slots } in groups(arena) {
        let mapping = arena.mapping();
        let mut values = Vec::with_capacity(slots.len() * (fields.len() + mapping.key.len()));
        for &slot in &slots {
            let (now, row) = (arena.now(slot), arena.row(slot));
            values.extend(fields.iter().map(|at| now.at(*at).value()));
            values.extend(mapping.key.iter().map(|at| row.at(usize::from(*at)).value()));
        }
        let set = fields.iter().map(|at| Assignment { position: mapping.columns[*at], value: batch::hole() }).collect();
        let tree = UpdateTree { table: mapping.table_ref(), set, filter: batch::by_key(mapping), returning: None };
        let outcomes = batch::run(flush.connection, &Statement::Update(Arc::new(tree)), &values, slots.len()).await?;
        if let Some((slot, _)) = slots.iter().zip(outcomes).find(|(_, outcome)| outcome.affected == 0) {
            return Err(stale(arena, *slot));
        }
    }
    Ok(())
}

fn groups(arena: &dyn AnyArena) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for &slot in arena.touched() {
        let fields: Vec<usize> = changes(arena, slot).collect();
        match groups.iter_mut().find(|group| group.fields == fields) {
            _ if fields.is_empty() => {}
            Some(group) => group.slots.push(slot),
            None => groups.push(Group { fields, slots: vec![slot] }),
        }
    }
    groups
}

#[cold]
fn stale(arena: &dyn AnyArena, slot: u32) -> Error {
    Error::new(
        ErrorKind::StaleData,
        format!("the row of `{}` is not there any more, so that it could not be updated", arena.describe(slot)),
    )
    .hint("someone else has deleted it since it was loaded: delete the object here too, or roll back and load again")
}
