//! The names of constraints and indexes that have none of their own: the same on every database, so that
//! an error and a migration can speak of them.

use super::table::{ColumnDef, Table};

/// The name of a table's primary key, `pk_people`.
pub fn primary_key_name(table: &Table) -> String {
    format!("pk_{}", table.name)
}

/// The name of a column's unique constraint, `uq_people_name`.
pub fn unique_name(table: &Table, column: &ColumnDef) -> String {
    format!("uq_{}_{}", table.name, column.name)
}

/// The name of a column's index, `ix_people_name`.
pub fn index_name(table: &Table, column: &ColumnDef) -> String {
    format!("ix_{}_{}", table.name, column.name)
}

/// The name of a column's foreign key, `fk_posts_author_id_authors`.
pub fn foreign_key_name(table: &Table, column: &ColumnDef, target: &Table) -> String {
    format!("fk_{}_{}_{}", table.name, column.name, target.name)
}

/// The name of a column's check, `ck_people_kind`.
pub fn check_name(table: &Table, column: &ColumnDef) -> String {
    format!("ck_{}_{}", table.name, column.name)
}
