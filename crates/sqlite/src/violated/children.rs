//! The rows that point at what a refused statement was to delete or to change.

use std::sync::Arc;

use aludel_engine::Job;
use aludel_sql::ast::{Cap, ColumnRef, Node, Output, SelectTree, Source, Statement};
use aludel_sql::{Constraint, Integrity, Result, Shape, TableRef, Value, compile};
use rusqlite::Connection;

use crate::errors::from_rusqlite;

/// The table whose rows were to go or to change.
pub(super) struct Children<'j> {
    table: &'j TableRef,
    filter: Option<&'j Node>,
    change: Change,
}

#[derive(Clone, Copy)]
enum Change {
    Delete,
    Update,
}

/// A foreign key of another table that points at this one, as the database has it.
pub(super) struct Key {
    table: String,
    /// How that table was made.
    declaration: String,
    /// The columns there, and the columns here that they hold.
    columns: Vec<(String, String)>,
}

/// A query that has a row if one points here.
pub(super) struct Question<'j> {
    pub(super) sql: String,
    pub(super) binds: Vec<Value<'j>>,
}

impl<'j> Children<'j> {
    /// None for a statement that takes no key away.
    pub(super) fn of(statement: &'j Statement) -> Option<Self> {
        match statement {
            Statement::Delete(tree) => Some(Self { table: &tree.table, filter: tree.filter.as_ref(), change: Change::Delete }),
            Statement::Update(tree) => Some(Self { table: &tree.table, filter: tree.filter.as_ref(), change: Change::Update }),
            _ => None,
        }
    }

    pub(super) fn table(&self) -> &TableRef {
        self.table
    }

    /// The foreign keys that forbid the change; those of the table itself last, since some of its rows may go with the others.
    pub(super) fn keys(&self, connection: &Connection) -> Result<Vec<Key>> {
        let read = || -> rusqlite::Result<Vec<Key>> {
            let action = match self.change {
                Change::Delete => "on_delete",
                Change::Update => "on_update",
            };
            let mut query = connection.prepare(&format!(
                "SELECT child.name, child.sql, link.seq, link.\"from\", coalesce(link.\"to\", key.name) \
                 FROM sqlite_schema AS child JOIN pragma_foreign_key_list(child.name) AS link \
                 LEFT JOIN pragma_table_info(link.\"table\") AS key ON key.pk = link.seq + 1 \
                 WHERE child.type = 'table' AND link.\"table\" = ?1 COLLATE NOCASE AND link.{action} IN ('NO ACTION', 'RESTRICT') \
                 ORDER BY child.name = ?1 COLLATE NOCASE, child.name, link.id, link.seq"
            ))?;
            let mut rows = query.query([&*self.table.name])?;
            let mut keys: Vec<Key> = Vec::new();
            while let Some(row) = rows.next()? {
                let columns = (row.get(3)?, row.get(4)?);
                match (row.get::<_, i64>(2)?, keys.last_mut()) {
                    (1.., Some(key)) => key.columns.push(columns),
                    _ => keys.push(Key { table: row.get(0)?, declaration: row.get(1)?, columns: vec![columns] }),
                }
            }
            Ok(keys)
        };
        read().map_err(|error| from_rusqlite(&error))
    }

    /// Whether a row of the other table points at one that the `nth` run was to take away.
    pub(super) fn question(&self, key: &Key, job: &Job<'j>, nth: usize) -> Result<Option<Question<'j>>> {
        let column = |name: &String| {
            let position = self.table.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))?;
            Some(Node::Column(ColumnRef { table: self.table.clone(), position: u16::try_from(position).ok()? }))
        };
        let Some(columns) = key.columns.iter().map(|(_, here)| column(here)).collect::<Option<Vec<_>>>() else { return Ok(None) };
        let from = vec![Source::Table(self.table.clone())];
        let columns = Output::Nodes(columns);
        let tree = SelectTree { columns, from, filter: self.filter.cloned(), order_by: Vec::new(), limit: None, offset: None };
        let here = Statement::Select(Arc::new(tree), Cap::All);
        let (sql, count) = (compile(&here, &aludel_sql::Sqlite)?.sql, Shape::of(&here, &aludel_sql::Sqlite)?.binds().len());
        let there: Vec<_> = key.columns.iter().map(|(there, _)| quoted(there)).collect();
        let sql = format!("SELECT 1 FROM {} WHERE ({}) IN ({sql})", quoted(&key.table), there.join(", "));
        // What an UPDATE sets stands before its condition.
        let binds = job.binds(nth);
        let binds = binds[binds.len().saturating_sub(count)..].iter().map(|value| value.reborrow().into_owned()).collect();
        Ok(Some(Question { sql, binds }))
    }
}

impl Key {
    /// The constraint; its name is known if the table was made with the name that we give.
    pub(super) fn integrity(&self, parent: &TableRef) -> Integrity {
        let columns: Vec<_> = self.columns.iter().map(|(there, _)| there.clone()).collect();
        let name = format!("fk_{}_{}_{}", self.table, columns.join("_"), parent.name);
        let constraint = Some(name).filter(|name| self.declaration.contains(name.as_str()));
        Integrity { kind: Constraint::ForeignKey, constraint, table: Some(self.table.clone()), columns }
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
