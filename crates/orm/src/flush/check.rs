//! What is wrong with a value is found before anything is sent.

use aludel_sql::{Error, Field, Mapping, Result, check_text};

use crate::arena::{AnyArena, Arenas};

/// Checks the values of all objects that are to be written.
pub(super) fn all(arenas: &Arenas) -> Result {
    arenas.all().iter().try_for_each(|arena| one(&**arena))
}

fn one(arena: &dyn AnyArena) -> Result {
    let mapping = arena.mapping();
    let assigned = mapping.generated();
    for &slot in arena.pending().iter().chain(arena.touched()) {
        for at in 0..mapping.columns.len() {
            value(mapping, at, arena.field(slot, at), assigned)?;
        }
    }
    Ok(())
}

fn value(mapping: &Mapping, at: usize, field: &dyn Field, assigned: Option<usize>) -> Result {
    let column = &mapping.table.columns[usize::from(mapping.columns[at])];
    if field.is_auto() && assigned != Some(at) {
        let message =
            format!("column `{}` of `{}` is `auto()`, but the database assigns it no value", column.name, mapping.table.full_name());
        return Err(Error::data(&*column.name, message).hint("`auto()` is for a primary key that is one integer column"));
    }
    check_text(&field.value(), Some(column))
}
