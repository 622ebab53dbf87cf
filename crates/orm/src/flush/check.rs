//! What is wrong with a value is found before anything is sent.

use aludel_sql::{ColumnDef, Field, Result, Table, check_value, unassigned};

use crate::arena::{AnyArena, Arenas, changes};

/// Checks the values of all objects that are to be written.
///
/// # Errors
/// [`ErrorKind::Data`](aludel_sql::ErrorKind::Data) naming the column.
pub(crate) fn check(arenas: &Arenas) -> Result {
    arenas.all().iter().try_for_each(|arena| objects(&**arena))
}

fn objects(arena: &dyn AnyArena) -> Result {
    let mapping = arena.mapping();
    let column = |at: usize| &mapping.table.columns[usize::from(mapping.columns[at])];
    // The database assigns a key to a new row, and only to a new one; as an integer it is always fit to be sent.
    let generated = mapping.generated();
    for &slot in arena.pending() {
        let object = arena.now(slot);
        let mut sent = (0..mapping.columns.len()).filter(|at| generated != Some(*at));
        sent.try_for_each(|at| value(mapping.table, column(at), object.at(at)))?;
    }
    for &slot in arena.touched() {
        // What was read and is not written may be as it likes.
        let object = arena.now(slot);
        changes(arena, slot).try_for_each(|at| value(mapping.table, column(at), object.at(at)))?;
    }
    Ok(())
}

fn value(table: &Table, column: &ColumnDef, field: &dyn Field) -> Result {
    match field.is_auto() {
        false => check_value(&field.value(), Some(column)),
        true => Err(unassigned(table, column)),
    }
}
