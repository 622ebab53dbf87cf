//! What an error learns on its way out: the statement, and the name that the schema gives to the violated constraint.

use aludel_sql::ast::Statement;
use aludel_sql::schema::{primary_key_name, unique_name};
use aludel_sql::{ColumnDef, Constraint, Error, Integrity, Table};

use crate::port::Job;

/// Adds what the statement knows.
#[cold]
pub(super) fn blame(error: Error, job: &Job<'_>) -> Error {
    located(job.blame(error), job.statement())
}

/// Adds what the statement's table knows.
#[cold]
pub(super) fn located(error: Error, statement: &Statement) -> Error {
    match changed(statement) {
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

/// Each database tells its part: SQLite the columns of a constraint, but not its name; MySQL the name, but neither table nor columns.
fn name(integrity: &mut Integrity, table: &Table) {
    if integrity.table.as_deref().is_some_and(|name| name != table.name) {
        return;
    }
    match integrity.kind {
        Constraint::PrimaryKey => {
            integrity.constraint.get_or_insert_with(|| primary_key_name(table));
            if integrity.columns.is_empty() {
                locate(integrity, table, table.primary_key());
            }
        }
        Constraint::Unique => {
            let mut uniques = table.columns.iter().filter(|column| column.unique);
            match (&integrity.constraint, &*integrity.columns) {
                (None, [name]) => {
                    let column = uniques.find(|column| column.name == *name);
                    integrity.constraint = column.map(|column| unique_name(table, column));
                }
                (Some(name), []) => {
                    let column = uniques.find(|column| unique_name(table, column) == *name);
                    locate(integrity, table, column);
                }
                _ => {}
            }
        }
        Constraint::NotNull => {
            let known = |name: &String| table.columns.iter().any(|column| column.name == *name);
            if !integrity.columns.is_empty() && integrity.columns.iter().all(known) {
                integrity.table = Some(table.name.to_string());
            }
        }
        _ => {}
    }
}

/// Adds where a constraint is, if it is of these columns.
fn locate<'t>(integrity: &mut Integrity, table: &Table, columns: impl IntoIterator<Item = &'t ColumnDef>) {
    integrity.columns = columns.into_iter().map(|column| column.name.to_string()).collect();
    if !integrity.columns.is_empty() {
        integrity.table = Some(table.name.to_string());
    }
}
