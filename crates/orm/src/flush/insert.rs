//! Inserts: level by level, so that each reference has its key; one statement for all rows of a table and level.

use std::sync::Arc;

use aludel_sql::ast::{ColumnRef, InsertTree, Node, Output, Statement, Values};
use aludel_sql::{Error, ErrorKind, Mapping, Outcome, Result, Run, Value};

use super::order::PerArena;
use super::state::Flush;
use super::{batch, links};

/// So many objects of a circle are named at most.
const NAMED: usize = 8;

/// Inserts all pending objects. A round inserts, table by table, those whose references have keys; where tables
/// do not point at themselves or in a circle, one round is enough.
pub(super) async fn all(flush: &mut Flush<'_>) -> Result {
    let mut waiting: PerArena<Vec<u32>> = flush.arenas.all().iter().map(|arena| arena.pending().to_vec()).collect();
    while waiting.iter().any(|slots| !slots.is_empty()) {
        let mut inserted = 0;
        for at in 0..flush.plan.order.len() {
            let place = flush.plan.order[at];
            let ready = ready(flush, place, &mut waiting[place])?;
            table(flush, place, &ready).await?;
            inserted += ready.len();
            if flush.plan.is_target(place) {
                flush.inserted.extend(ready.into_iter().map(|slot| (place, slot)));
            }
        }
        if inserted == 0 {
            return Err(circle(flush, &waiting));
        }
    }
    Ok(())
}

/// Takes the objects out of `waiting` whose references have their keys.
fn ready(flush: &mut Flush<'_>, place: usize, waiting: &mut Vec<u32>) -> Result<Vec<u32>> {
    if flush.plan.references[place].is_empty() {
        return Ok(std::mem::take(waiting));
    }
    let mut ready = Vec::with_capacity(waiting.len());
    for slot in std::mem::take(waiting) {
        match links::settle(flush, place, slot)? {
            true => ready.push(slot),
            false => waiting.push(slot),
        }
    }
    Ok(ready)
}

/// Inserts rows of one table: first those that bring their key, so that the database assigns none of these to the others.
async fn table(flush: &mut Flush<'_>, place: usize, slots: &[u32]) -> Result {
    let arena = &*flush.arenas.all()[place];
    let Some(key) = arena.mapping().generated() else { return rows(flush, place, slots, None).await.map(drop) };
    let is_assigned = |slot: &u32| arena.now(*slot).at(key).is_auto();
    // As a rule all are alike, and need no lists of their own.
    if slots.iter().all(is_assigned) {
        return assigned(flush, (place, key), slots).await;
    }
    let (without, given): (Vec<u32>, Vec<u32>) = slots.iter().partition(|slot| is_assigned(slot));
    rows(flush, place, &given, None).await?;
    assigned(flush, (place, key), &without).await
}

/// Inserts rows whose key the database assigns, and takes the keys over.
async fn assigned(flush: &mut Flush<'_>, (place, key): (usize, usize), slots: &[u32]) -> Result {
    let outcomes = rows(flush, place, slots, Some(key)).await?;
    keys(flush, (place, key), slots, &outcomes)
}

/// Inserts rows, with all fields but the one that the database assigns.
async fn rows(flush: &mut Flush<'_>, place: usize, slots: &[u32], without: Option<usize>) -> Result<Vec<Outcome>> {
    if slots.is_empty() {
        return Ok(Vec::new());
    }
    let arena = &*flush.arenas.all()[place];
    let mapping = arena.mapping();
    let sent = || (0..mapping.columns.len()).filter(|at| Some(*at) != without);
    let mut columns = Vec::with_capacity(mapping.columns.len());
    columns.extend(sent().map(|at| mapping.columns[at]));
    let mut values = Vec::with_capacity(slots.len() * columns.len());
    for &slot in slots {
        let object = arena.now(slot);
        values.extend(sent().map(|at| object.at(at).value()));
    }
    let key = without.filter(|_| flush.connection.dialect().returns_keys()).map(|at| mapping.columns[at]);
    let template = template(mapping, columns, key);
    batch::run(flush.connection, &template, &values, slots.len()).await
}

/// An INSERT of one row, which returns the assigned key where the driver does not tell it.
fn template(mapping: &'static Mapping, columns: Vec<u16>, key: Option<u16>) -> Statement {
    let values = Values::Plain(vec![Value::Null; columns.len()]);
    let key = key.map(|position| Node::Column(ColumnRef { table: mapping.table_ref(), position }));
    let returning = key.map(|key| Output::Nodes(vec![key]));
    Statement::Insert(Arc::new(InsertTree { table: mapping.table_ref(), columns, values, rows: 1, returning }))
}

/// Writes the assigned keys into a field of the objects.
fn keys(flush: &mut Flush<'_>, (place, at): (usize, usize), slots: &[u32], outcomes: &[Outcome]) -> Result {
    if slots.is_empty() {
        return Ok(());
    }
    let arena = &mut flush.arenas.all_mut()[place];
    flush.journal.note_keys(place, slots, at);
    for (slot, outcome) in slots.iter().zip(outcomes) {
        let fits = |key| arena.field_mut(*slot, at).assign(key);
        if !outcome.generated.is_some_and(fits) {
            return Err(no_key(arena.mapping(), at, outcome.generated));
        }
    }
    Ok(())
}

#[cold]
fn no_key(mapping: &Mapping, at: usize, key: Option<i64>) -> Error {
    let name = &mapping.table.columns[usize::from(mapping.columns[at])].name;
    match key {
        Some(key) => Error::data(&**name, format!("the database assigned the key {key}, which the field of column `{name}` cannot hold")),
        None => Error::new(ErrorKind::Unsupported, format!("the database did not tell the key `{name}` that it assigned")),
    }
}

#[cold]
fn circle(flush: &Flush<'_>, waiting: &[Vec<u32>]) -> Error {
    let mut named = Vec::new();
    for (place, slots) in waiting.iter().enumerate() {
        let arena = &*flush.arenas.all()[place];
        let mapping = arena.mapping();
        for &slot in slots {
            let waits = flush.plan.references[place].iter().filter(|reference| links::pending(arena, slot, reference.field).is_some());
            let columns = waits.map(|reference| &mapping.table.columns[usize::from(mapping.columns[reference.field])].name);
            named.extend(columns.map(|column| format!("`{}` by `{column}`", arena.describe(slot))));
        }
    }
    let more = if named.len() > NAMED { format!(" and {} more", named.len() - NAMED) } else { String::new() };
    named.truncate(NAMED);
    Error::usage(format!("objects refer to each other in a circle, so that none of them can be inserted first: {}{more}", named.join(", ")))
        .hint("leave one of the references empty at first, flush, and set it then")
}
