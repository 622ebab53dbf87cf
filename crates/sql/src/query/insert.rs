//! `Insert<M>`: rows into the table of `M`.

use std::marker::PhantomData;
use std::sync::Arc;

use super::{Executable, IntoColumns, Returning, fetch};
use crate::ast::{InsertTree, Node, Output, Statement, Values};
use crate::compile::{Dialect, Sql};
use crate::error::Result;
use crate::expr::{Column, IntoExpr};
use crate::model::Model;
use crate::run::{BoxFuture, Executor};
use crate::schema::{Entity, TableRef};
use crate::types::SqlType;

/// An INSERT. Columns that get no value get their default: NULL, or what the database assigns.
#[derive(Clone, Debug)]
#[must_use = "a statement does nothing until it is executed"]
pub struct Insert<M> {
    tree: InsertTree,
    table: PhantomData<fn() -> M>,
}

impl<M: Entity> Insert<M> {
    pub(super) fn new() -> Self {
        let table = TableRef::Static(M::table());
        Self {
            tree: InsertTree { table, columns: Vec::new(), values: Values::Plain(Vec::new()), rows: 1, returning: None },
            table: PhantomData,
        }
    }

    /// Starts an INSERT into the table; the macros call it.
    #[doc(hidden)]
    pub fn into_table() -> Self {
        Self::new()
    }

    /// Gives a column its value; a second value for a column replaces the first.
    pub fn set<T: SqlType>(mut self, column: Column<M, T>, value: impl IntoExpr<T::Sql>) -> Self {
        let known = self.tree.columns.iter().position(|position| *position == column.position());
        let size = (self.tree.rows, self.tree.columns.len());
        self.tree.values = match (self.tree.values, value.into_expr().into_node()) {
            (Values::Plain(values), Node::Bind(value)) => Values::Plain(put(values, size, known, &value)),
            (values, value) => Values::Nodes(put(values.into_nodes(), size, known, &value)),
        };
        if known.is_none() {
            self.tree.columns.push(column.position());
        }
        self
    }

    /// Returns something of each inserted row.
    pub fn returning<C: IntoColumns>(mut self, columns: C) -> Returning<C::Row> {
        let mut nodes = Vec::new();
        columns.add_to(&mut nodes);
        self.tree.returning = Some(Output::Nodes(nodes));
        Returning::new(self.into_statement())
    }

    /// Runs it and returns the number of inserted rows.
    ///
    /// # Errors
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) for a text longer than its column, before anything is sent; else what the database answers.
    pub fn execute<'e, E: Executor + 'e>(self, executor: E) -> BoxFuture<'e, Result<u64>> {
        if self.tree.rows == 0 {
            return Box::pin(async { Ok(0) });
        }
        let outcome = fetch::execute(self.into_statement(), executor);
        Box::pin(async move { Ok(outcome.await?.affected) })
    }

    /// The statement as it is sent to a database of this dialect.
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Sql {
        Statement::Insert(Arc::new(self.tree.clone())).to_sql(dialect)
    }
}

/// Puts a value into each row, at a position or behind the others.
fn put<T: Clone>(mut values: Vec<T>, (rows, width): (usize, usize), at: Option<usize>, value: &T) -> Vec<T> {
    if let Some(at) = at {
        (0..rows).for_each(|row| values[row * width + at] = value.clone());
        return values;
    }
    let mut wider = Vec::with_capacity(rows * (width + 1));
    let mut values = values.into_iter();
    for _row in 0..rows {
        wider.extend(values.by_ref().take(width));
        wider.push(value.clone());
    }
    wider
}

impl<M: Model> Insert<M> {
    /// Inserts these values; a generated key that is `auto()` in the first is assigned for all.
    pub(super) fn many(models: impl IntoIterator<Item = M>) -> Self {
        let mapping = M::mapping();
        let mut models = models.into_iter().peekable();
        let assigned = mapping.generated().filter(|at| models.peek().is_some_and(|first| first.field(*at).is_auto()));
        let fields: Vec<usize> = (0..mapping.columns.len()).filter(|at| Some(*at) != assigned).collect();
        let (mut values, mut rows) = (Vec::with_capacity(models.size_hint().0.saturating_mul(fields.len())), 0);
        for mut model in models {
            values.extend(fields.iter().map(|at| model.field_mut(*at).take_value()));
            rows += 1;
        }
        let columns = fields.iter().map(|at| mapping.columns[*at]).collect();
        Self {
            tree: InsertTree { table: mapping.table_ref(), columns, values: Values::Plain(values), rows, returning: None },
            table: PhantomData,
        }
    }
}

impl<M> Executable for Insert<M> {
    fn into_statement(self) -> Statement {
        Statement::Insert(Arc::new(self.tree))
    }
}
