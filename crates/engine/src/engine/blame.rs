//! What an error learns on its way out: the statement, and the name that the schema gives to the violated constraint.

use aludel_sql::ast::Statement;
use aludel_sql::schema::{primary_key_name, unique_name};
use aludel_sql::{Constraint, Error, Integrity, Table};

use crate::port::Job;

/// Adds what the statement knows.
#[cold]
pub(super) fn blame(error: Error, job: &Job<'_>) -> Error {
    let error = job.blame(error);
    match changed(job.statement()) {
        Some(table) => error.refine(|integrity| name(integrity, table)),
        None => error,
    }
}

fn changed(statement: &Statement) -> Option<&Table> {
    match statement {
        Statement::Insert(tree) => Some(&tree.table),
        Statement::Update(tree) => Some(&tree.table),
        Statement::Delete(tree) => Some(&tree.table),
        _ => None,
    }
}

/// SQLite names the columns of a constraint, or nothing at all, but not the constraint itself.
fn name(integrity: &mut Integrity, table: &Table) {
    if integrity.constraint.is_some() || integrity.table.as_deref().is_some_and(|name| name != table.name) {
        return;
    }
    match integrity.kind {
        Constraint::PrimaryKey => integrity.constraint = Some(primary_key_name(table)),
        Constraint::Unique => {
            let [column] = &*integrity.columns else { return };
            let column = table.columns.iter().find(|known| known.unique && known.name == *column);
            integrity.constraint = column.map(|column| unique_name(table, column));
        }
        _ => {}
    }
}
