//! Inserts: level by level, so that each reference has its key; one statement for all rows of a table and level.

use std::sync::Arc;

use aludel_engine::Connection;
use aludel_sql::ast::{InsertTree, Statement};
use aludel_sql::row::Row;
use aludel_sql::{Error, ErrorKind, Mapping, Outcome, Result, Value};

use super::journal::Before;
use super::links::{self, Done};
use super::{Journal, batch};
use crate::arena::{AnyArena, Arenas};

/// Inserts all pending objects. A round inserts, table by table, those whose references have keys; where tables
/// do not point at themselves or in a circle, one round is enough.
pub(super) async fn all(arenas: &mut Arenas, connection: &mut Connection, order: &[usize], journal: &mut Journal) -> Result {
    let mut waiting: Vec<Vec<u32>> = arenas.all().iter().map(|arena| arena.pending().to_vec()).collect();
    let mut done = Done::new();
    while waiting.iter().any(|slots| !slots.is_empty()) {
        let before = done.len();
        for &place in order {
            let ready = ready(arenas, place, &mut waiting[place], &done, journal)?;
            table(arenas, connection, place, &ready, journal).await?;
            done.extend(ready.into_iter().map(|slot| (place, slot)));
        }
        if done.len() == before {
            return Err(circle(arenas, &waiting));
        }
    }
    Ok(())
}

/// Takes the objects out of `waiting` whose references have their keys.
fn ready(arenas: &mut Arenas, place: usize, waiting: &mut Vec<u32>, done: &Done, journal: &mut Journal) -> Result<Vec<u32>> {
    let mut ready = Vec::with_capacity(waiting.len());
    for slot in std::mem::take(waiting) {
        match links::settle(arenas, place, slot, done, journal)? {
            true => ready.push(slot),
            false => waiting.push(slot),
        }
    }
    Ok(ready)
}

/// Inserts the rows of one table: those that bring their key, and those whose key the database assigns, in turn as they come.
async fn table(arenas: &mut Arenas, connection: &mut Connection, place: usize, slots: &[u32], journal: &mut Journal) -> Result {
    let mapping = arenas.all()[place].mapping();
    let generated = mapping.generated();
    let assigned = |arena: &dyn AnyArena, slot: u32| generated.is_some_and(|at| arena.field(slot, at).is_auto());
    let mut rest = slots;
    while let Some(&first) = rest.first() {
        let arena = &*arenas.all()[place];
        let kind = assigned(arena, first);
        let length = rest.iter().take_while(|slot| assigned(arena, **slot) == kind).count();
        let (run, after) = rest.split_at(length);
        let outcomes = rows(arena, connection, run, generated.filter(|_| kind)).await?;
        if let Some(at) = generated.filter(|_| kind) {
            keys(arenas, place, at, run, &outcomes, journal)?;
        }
        rest = after;
    }
    Ok(())
}

async fn rows(arena: &dyn AnyArena, connection: &mut Connection, slots: &[u32], without: Option<usize>) -> Result<Vec<Outcome>> {
    let mapping = arena.mapping();
    let fields: Vec<usize> = (0..mapping.columns.len()).filter(|at| Some(*at) != without).collect();
    let template = template(mapping, &fields);
    let mut values = Vec::with_capacity(slots.len() * fields.len());
    for &slot in slots {
        values.extend(fields.iter().map(|at| arena.field(slot, *at).value()));
    }
    batch::run(connection, &template, &values, slots.len()).await
}

fn template(mapping: &'static Mapping, fields: &[usize]) -> Statement {
    let columns = fields.iter().map(|at| mapping.columns[*at]).collect();
    let row = fields.iter().map(|_| batch::hole()).collect();
    Statement::Insert(Arc::new(InsertTree { table: mapping.table_ref(), columns, rows: vec![row], returning: None }))
}

/// Writes the assigned keys into the objects.
fn keys(arenas: &mut Arenas, place: usize, at: usize, slots: &[u32], outcomes: &[Outcome], journal: &mut Journal) -> Result {
    let arena = &mut arenas.all_mut()[place];
    let mapping = arena.mapping();
    let name = &mapping.table.columns[usize::from(mapping.columns[at])].name;
    let names: Arc<[Box<str>]> = Arc::new([Box::from(&**name)]);
    for (slot, outcome) in slots.iter().zip(outcomes) {
        let key = outcome
            .generated
            .ok_or_else(|| Error::new(ErrorKind::Unsupported, format!("the database did not tell the key `{name}` that it assigned")))?;
        let row = Row::new(Arc::clone(&names), [Value::Int(key)]);
        journal.note(place, *slot, at, Before::Auto);
        arena.field_mut(*slot, at).read(&row, 0)?;
    }
    Ok(())
}

#[cold]
fn circle(arenas: &Arenas, waiting: &[Vec<u32>]) -> Error {
    let objects = arenas.all().iter().zip(waiting).flat_map(|(arena, slots)| slots.iter().map(|slot| arena.describe(*slot)));
    let objects: Vec<_> = objects.take(8).collect();
    Error::usage(format!("`{}` refer to each other in a circle, so that none of them can be inserted first", objects.join("`, `")))
        .hint("leave one of the references empty at first, flush, and set it then")
}
