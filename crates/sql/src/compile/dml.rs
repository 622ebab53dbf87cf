//! INSERT, UPDATE, DELETE, with RETURNING.

use super::dialect::Dml;
use super::expr::Precedence;
use super::writer::Writer;
use crate::ast::{Assignment, DeleteTree, InsertTree, Output, UpdateTree, Values};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::TableRef;

impl Writer<'_> {
    /// `rows` is how many of the rows stand in the text: all, or the first for a repeated statement.
    pub(super) fn insert(&mut self, tree: &InsertTree, rows: usize) -> Result {
        if tree.rows == 0 {
            return Err(Error::usage(format!("there are no values to insert into `{}`", tree.table.full_name())));
        }
        self.push("INSERT INTO ");
        self.table(&tree.table)?;
        if tree.columns.is_empty() {
            self.push(self.dialect.row_of_defaults());
        } else {
            self.push(" (");
            self.separated(&tree.columns, ", ", |writer, position| writer.column_name(&tree.table, *position))?;
            self.push(") VALUES ");
            self.separated(0..rows, ", ", |writer, nth| writer.row(tree, nth))?;
        }
        self.returning(Dml::Insert, tree.returning.as_ref())
    }

    fn row(&mut self, tree: &InsertTree, nth: usize) -> Result {
        let width = tree.columns.len();
        self.push("(");
        self.separated(nth * width..(nth + 1) * width, ", ", |writer, at| match &tree.values {
            Values::Plain(_) => {
                writer.bind();
                Ok(())
            }
            Values::Nodes(nodes) => writer.node(&nodes[at], Precedence::Lowest),
        })?;
        self.push(")");
        Ok(())
    }

    fn column_name(&mut self, table: &TableRef, position: u16) -> Result {
        self.identifier(&table.columns[usize::from(position)].name)
    }

    pub(super) fn update(&mut self, tree: &UpdateTree) -> Result {
        if tree.set.is_empty() {
            return Err(Error::usage(format!("the UPDATE of `{}` sets nothing", tree.table.full_name())).hint("add `.set(column, value)`"));
        }
        self.push("UPDATE ");
        self.table(&tree.table)?;
        self.push(" SET ");
        self.separated(&tree.set, ", ", |writer, Assignment { position, value }| {
            writer.column_name(&tree.table, *position)?;
            writer.push(" = ");
            writer.node(value, Precedence::Lowest)
        })?;
        self.filter(tree.filter.as_ref())?;
        self.returning(Dml::Update, tree.returning.as_ref())
    }

    pub(super) fn delete(&mut self, tree: &DeleteTree) -> Result {
        self.push("DELETE FROM ");
        self.table(&tree.table)?;
        self.filter(tree.filter.as_ref())?;
        self.returning(Dml::Delete, tree.returning.as_ref())
    }

    fn returning(&mut self, dml: Dml, output: Option<&Output>) -> Result {
        let Some(output) = output else { return Ok(()) };
        if !self.dialect.returns(dml) {
            let (dml, name) = (format!("{dml:?}").to_uppercase(), self.dialect.name());
            return Err(Error::new(ErrorKind::Unsupported, format!("{name} has no RETURNING for {dml}"))
                .hint("select the rows by a statement of its own, in the same transaction"));
        }
        self.push(" RETURNING ");
        self.output(output)
    }
}
