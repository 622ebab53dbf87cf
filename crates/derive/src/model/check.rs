//! The mistakes in a model that its parts do not show.

use super::parse::Model;
use crate::column::{self, Column, hides_function};
use crate::mistakes::Mistakes;
use crate::names::snake_case;

/// Checks the model, and takes out of it what would be an error once more in its expansion.
pub(super) fn check(model: &mut Model, mistakes: &mut Mistakes) {
    let ident = &model.ident;
    if !model.columns.iter().any(Column::is_key) {
        mistakes.in_tokens(ident, format!("`{ident}` has no primary key: mark a field with `#[column(primary_key)]`"));
    }
    column::check(&mut model.columns, mistakes);
    match &model.options.columns {
        Some(columns) if columns == ident => {
            mistakes.in_tokens(columns, format!("`{ident}` is the model itself: call the type of its columns `{}`", snake_case(ident)));
            model.options.columns = None;
        }
        Some(_) => {}
        None => model.columns.iter().filter(|column| hides_function(&column.ident)).for_each(|column| refuse(model, column, mistakes)),
    }
}

fn refuse(model: &Model, column: &Column, mistakes: &mut Mistakes) {
    let (model, column, columns) = (&model.ident, &column.ident, snake_case(&model.ident));
    let message = format!(
        "the column `{model}::{column}` would hide `{model}::{column}()`: rename the field, with `#[column(name = \"{column}\")]`, \
         or put the columns elsewhere, with `#[table(columns = {columns})]`: `{columns}::{column}`"
    );
    mistakes.in_tokens(column, message);
}
