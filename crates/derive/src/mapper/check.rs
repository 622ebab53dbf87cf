//! The mistakes in a mapping that its text shows; what the struct and the table are, only the compiler knows.

use super::parse::{Field, Mapper};
use crate::column::hides_function;
use crate::mistakes::Mistakes;

/// Checks the mapping; without a field it cannot be expanded.
pub(super) fn check(mapper: Mapper, mistakes: &mut Mistakes) -> Option<Mapper> {
    let Mapper { model, fields, .. } = &mapper;
    for (at, Field { ident, column }) in fields.iter().enumerate() {
        if fields[..at].iter().any(|before| before.ident == *ident) {
            mistakes.in_tokens(ident, format!("the field `{ident}` is mapped twice"));
        } else if fields[..at].iter().any(|before| before.column == *column) {
            mistakes.in_tokens(column, format!("the column `{column}` is mapped twice"));
        }
        if hides_function(ident) {
            let message =
                format!("the column `{model}::{ident}` would hide `{model}::{ident}()`: rename the field, and map it as `other: {column}`");
            mistakes.in_tokens(ident, message);
        }
    }
    if fields.is_empty() {
        mistakes.in_tokens(model, format!("`{model}` has no field here: list them all, `{{ id, name }}`"));
        return None;
    }
    Some(Mapper { fields: without_seconds(mapper.fields), ..mapper })
}

/// Leaves out what has been refused, so that it is not reported once more.
fn without_seconds(fields: Vec<Field>) -> Vec<Field> {
    let mut kept: Vec<Field> = Vec::new();
    for field in fields {
        if !kept.iter().any(|before| before.ident == field.ident) {
            kept.push(field);
        }
    }
    kept
}
