//! What is wrong with a value is found before anything is sent.

use aludel_sql::{Error, Field, Mapping, Result, check_text};

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
        return Err(unassigned(mapping, at));
    }
    check_text(&field.value(), Some(column))
}

#[cold]
fn unassigned(mapping: &Mapping, at: usize) -> Error {
    let column = &mapping.table.columns[usize::from(mapping.columns[at])];
    let message = format!("column `{}` of `{}` is `auto()`, but the database assigns it no value", column.name, mapping.table.full_name());
    Error::data(&*column.name, message)
        .hint("`auto()`, which is the lowest number of the type, is for a new object whose primary key is one integer column")
}
