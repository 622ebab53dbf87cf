//! INSERT, UPDATE, DELETE, with RETURNING.

use super::dialect::Dml;
use super::expr::Precedence;
use super::select::columns;
use super::writer::Writer;
use crate::ast::{Assignment, ColumnRef, DeleteTree, InsertTree, Node, Output, UpdateTree, Values};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::TableRef;

impl Writer<'_> {
    /// `rows` is how many of the rows stand in the text: all, or the first for a repeated statement.
    pub(super) fn insert(&mut self, tree: &InsertTree, rows: usize) -> Result {
        if tree.rows == 0 {
            return Err(Error::usage(format!("there are no values to insert into `{}`", tree.table.full_name())));
        }
        if let Values::Nodes(nodes) = &tree.values {
            nodes.iter().try_for_each(|node| no_column(node, &tree.table))?;
        }
        self.push("INSERT INTO ");
        self.table(&tree.table)?;
        if tree.columns.is_empty() {
            self.push(self.dialect.row_of_defaults());
        } else {
            self.push(" (");
            self.separated(&tree.columns, ", ", |writer, position| writer.column_name(&tree.table, *position))?;
            match tree.goes_as_arrays(self.dialect) {
                true => self.rows_of_arrays(tree)?,
                false => {
                    self.push(") VALUES ");
                    self.separated(0..rows, ", ", |writer, nth| writer.row(tree, nth))?;
                }
            }
        }
        self.returning(Dml::Insert, &tree.table, tree.returning.as_ref())
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
        let set = tree.set.iter().map(|assignment| &assignment.value);
        set.chain(&tree.filter).try_for_each(|node| own_columns(node, &tree.table, Dml::Update))?;
        self.push("UPDATE ");
        self.table(&tree.table)?;
        self.push(" SET ");
        self.separated(&tree.set, ", ", |writer, Assignment { position, value }| {
            writer.column_name(&tree.table, *position)?;
            writer.push(" = ");
            writer.node(value, Precedence::Lowest)
        })?;
        self.filter(tree.filter.as_ref())?;
        self.returning(Dml::Update, &tree.table, tree.returning.as_ref())
    }

    pub(super) fn delete(&mut self, tree: &DeleteTree) -> Result {
        tree.filter.iter().try_for_each(|node| own_columns(node, &tree.table, Dml::Delete))?;
        self.push("DELETE FROM ");
        self.table(&tree.table)?;
        self.filter(tree.filter.as_ref())?;
        self.returning(Dml::Delete, &tree.table, tree.returning.as_ref())
    }

    fn returning(&mut self, dml: Dml, table: &TableRef, output: Option<&Output>) -> Result {
        let Some(output) = output else { return Ok(()) };
        match output {
            Output::Nodes(nodes) => nodes.iter().try_for_each(|node| own_columns(node, table, dml))?,
            Output::Columns(other, _) | Output::All(other) if other != table => {
                return Err(Error::usage(format!(
                    "`{}` is not the table that the {dml} changes, which is `{}`",
                    other.full_name(),
                    table.full_name()
                )));
            }
            Output::Columns(..) | Output::All(_) | Output::One => {}
        }
        if !self.dialect.returns(dml) {
            let name = self.dialect.name();
            return Err(Error::new(ErrorKind::Unsupported, format!("{name} has no RETURNING for {dml}"))
                .hint("select the rows by a statement of its own, in the same transaction"));
        }
        self.push(" RETURNING ");
        self.output(output)
    }
}

/// A statement that changes one table knows no other: columns are written without their table's name, so that one of another
/// table would be taken for its namesake.
fn own_columns(node: &Node, table: &TableRef, dml: Dml) -> Result {
    match foreign(node, table) {
        None => Ok(()),
        Some(column) => {
            let (other, name, own) = (column.table.full_name(), &column.definition().name, table.full_name());
            Err(Error::usage(format!("`{other}.{name}` is not a column of `{own}`, which the {dml} changes")).hint(format!(
                "select the keys first, and name the rows by them: a condition of this statement can name columns of `{own}` only"
            )))
        }
    }
}

fn foreign(node: &Node, table: &TableRef) -> Option<ColumnRef> {
    let mut found = None;
    columns(node, &mut |column| {
        if found.is_none() && column.table != *table {
            found = Some(column.clone());
        }
    });
    found
}

/// There is no row yet whose columns a value could name.
fn no_column(node: &Node, table: &TableRef) -> Result {
    let mut found = None;
    columns(node, &mut |column| found = found.take().or_else(|| Some(column.clone())));
    match found {
        None => Ok(()),
        Some(column) => {
            let (other, name) = (column.table.full_name(), &column.definition().name);
            Err(Error::usage(format!(
                "a value to insert into `{}` names the column `{other}.{name}`, and there is no row that has it",
                table.full_name()
            ))
            .hint("select the value first, and insert what was found"))
        }
    }
}
