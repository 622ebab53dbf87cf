//! `Writer`: the text so far, the tables that may be named, and how deep the query is nested.

use super::padding::Padding;
use super::{Dialect, identifier};
use crate::ast::ColumnRef;
use crate::error::Result;
use crate::schema::{Table, TableRef};

/// Writes one statement.
pub(super) struct Writer<'w> {
    pub(super) out: String,
    pub(super) dialect: &'w dyn Dialect,
    pub(super) tables: Vec<TableRef>,
    /// Two tables whose rows all meet each other, since no condition joins them.
    pub(super) unjoined: Option<(TableRef, TableRef)>,
    pub(super) padding: Padding,
    /// How many placeholders there are so far.
    pub(super) binds: usize,
    qualified: bool,
}

impl<'w> Writer<'w> {
    pub(super) fn new(dialect: &'w dyn Dialect, padding: Padding) -> Self {
        Self { out: String::with_capacity(128), dialect, tables: Vec::new(), unjoined: None, padding, binds: 0, qualified: false }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    pub(super) fn identifier(&mut self, name: &str) -> Result {
        identifier::write(&mut self.out, name, self.dialect)
    }

    /// A table by its full name; it counts as one that the statement touches.
    pub(super) fn table(&mut self, table: &TableRef) -> Result {
        if !self.tables.contains(table) {
            self.tables.push(table.clone());
        }
        self.table_name(table)
    }

    pub(super) fn table_name(&mut self, table: &Table) -> Result {
        if let Some(schema) = &table.schema {
            self.identifier(schema)?;
            self.push(".");
        }
        self.identifier(&table.name)
    }

    /// A column, with the name of its table, and of that one's schema, where more than one table could be meant.
    pub(super) fn column(&mut self, column: &ColumnRef) -> Result {
        if self.qualified {
            self.table_name(&column.table)?;
            self.push(".");
        }
        self.identifier(&column.definition().name)
    }

    pub(super) fn bind(&mut self) {
        self.binds += 1;
        self.dialect.placeholder(&mut self.out, self.binds);
    }

    /// Writes a part in which columns carry their table's name, or do not.
    pub(super) fn qualifying(&mut self, qualified: bool, part: impl FnOnce(&mut Self) -> Result) -> Result {
        let before = self.qualified;
        self.qualified |= qualified;
        let result = part(self);
        self.qualified = before;
        result
    }

    /// Writes parts with a separator between them.
    pub(super) fn separated<T>(
        &mut self,
        parts: impl IntoIterator<Item = T>,
        separator: &str,
        mut part: impl FnMut(&mut Self, T) -> Result,
    ) -> Result {
        for (nth, item) in parts.into_iter().enumerate() {
            if nth > 0 {
                self.push(separator);
            }
            part(self, item)?;
        }
        Ok(())
    }
}
