//! The mistakes in one table of `table!`.

use super::parse::Table;
use crate::column::{self, Column};
use crate::mistakes::Mistakes;

/// The functions of the table's module.
const FUNCTIONS: [&str; 5] = ["select", "insert", "update", "delete", "table"];

/// Checks the table and returns it, without what would be an error once more in its expansion.
pub(super) fn check(mut table: Table, mistakes: &mut Mistakes) -> Option<Table> {
    column::check(&mut table.columns, mistakes);
    let ident = &table.ident;
    if table.columns.is_empty() {
        mistakes.in_tokens(ident, format!("the table `{ident}` has no columns"));
    }
    for (at, column) in table.columns.iter().enumerate() {
        let name = &column.ident;
        if is_hiding(column) {
            let message = format!(
                "the column `{ident}::{name}` would stand beside the function `{ident}::{name}()`: \
                 give it another name and keep the column, `{name}_: .. [name = \"{name}\"]`"
            );
            mistakes.in_tokens(name, message);
        }
        // Two names in the database would be told apart; the constants are not.
        if table.columns[..at].iter().any(|before| before.ident == *name && before.name().0 != column.name().0) {
            mistakes.in_tokens(name, format!("a second column `{name}`"));
        }
    }
    if ident == "columns" {
        let message = "the module of a table has a module `columns` within: call the table otherwise here and keep its name, \
                       `#[table(name = \"columns\")]`";
        mistakes.in_tokens(ident, message);
        return None;
    }
    drop_seconds(&mut table);
    Some(table)
}

/// Whether the constant of the column would have the name of a function.
pub(super) fn is_hiding(column: &Column) -> bool {
    FUNCTIONS.iter().any(|function| column.ident == function)
}

/// Keeps the first of several columns that have one name in the program.
fn drop_seconds(table: &mut Table) {
    let mut columns: Vec<Column> = Vec::new();
    for column in table.columns.drain(..) {
        if !columns.iter().any(|before| before.ident == column.ident) {
            columns.push(column);
        }
    }
    table.columns = columns;
}
