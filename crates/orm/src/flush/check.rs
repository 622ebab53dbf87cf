//! What is wrong with a value is found before anything is sent.

use aludel_sql::{Field, Mapping, Result, check_value, unassigned};

use crate::arena::{AnyArena, Arenas};

/// Checks the values of all objects that are to be written.
///
/// # Errors
/// [`ErrorKind::Data`](aludel_sql::ErrorKind::Data) naming the column.
pub(crate) fn check(arenas: &Arenas) -> Result {
    arenas.all().iter().try_for_each(|arena| objects(&**arena))
}

fn objects(arena: &dyn AnyArena) -> Result {
    let mapping = arena.mapping();
    let generated = mapping.generated();
    for at in 0..mapping.columns.len() {
        for &slot in arena.pending() {
            // The database assigns a key to a new row, and only to a new one.
            value(mapping, at, arena.field(slot, at), generated)?;
        }
        // What was read and is not written may be as it likes.
        for &slot in arena.touched().iter().filter(|slot| arena.is_changed_at(**slot, at)) {
            value(mapping, at, arena.field(slot, at), None)?;
        }
    }
    Ok(())
}

fn value(mapping: &Mapping, at: usize, field: &dyn Field, generated: Option<usize>) -> Result {
    let column = &mapping.table.columns[usize::from(mapping.columns[at])];
    if field.is_auto() && generated != Some(at) {
        return Err(unassigned(mapping.table, column));
    }
    check_value(&field.value(), Some(column))
}
