//! `Insert<M>`: rows into the table of `M`.

use std::marker::PhantomData;
use std::sync::Arc;

use super::columns::output;
use super::rows::Rows;
use super::typed::typed;
use super::{Executable, IntoColumns, Returning, fetch};
use crate::ast::{InsertTree, Node, Statement, Values};
use crate::compile::{Dialect, Sql};
use crate::error::Result;
use crate::expr::{Assignable, Column};
use crate::model::Model;
use crate::run::{BoxFuture, Executor};
use crate::schema::{Entity, TableRef};
use crate::types::SqlType;

/// An INSERT. Columns that get no value get their default: NULL, or what the database assigns.
#[must_use = "a statement does nothing until it is executed"]
pub struct Insert<M> {
    tree: InsertTree,
    table: PhantomData<fn() -> M>,
}

typed!(Insert, tree, table);

impl<M: Entity> Insert<M> {
    pub(super) fn new() -> Self {
        let table = TableRef::Static(M::table());
        Self::of(InsertTree { table, columns: Vec::new(), values: Values::Plain(Vec::new()), rows: 1, returning: None })
    }

    fn of(tree: InsertTree) -> Self {
        Self { tree, table: PhantomData }
    }

    /// Starts an INSERT into the table; the macros call it.
    #[doc(hidden)]
    pub fn into_table() -> Self {
        Self::new()
    }

    /// Gives a column its value, in every row, `None` for NULL where its field is an `Option`; a second value for a
    /// column replaces the first. A generated key that is `auto()` gets none: the database assigns it.
    pub fn set<T: SqlType>(mut self, column: Column<M, T>, value: impl Assignable<T, T::Sql>) -> Self {
        let (value, position) = (value.assigned(), column.position());
        let mut rows = Rows::of(&mut self.tree);
        match value {
            Node::Assigned if M::table().generated() == Some(usize::from(position)) => rows.unset(position),
            value => rows.set(position, value),
        }
        self
    }

    /// Returns something of each inserted row.
    pub fn returning<C: IntoColumns>(mut self, columns: C) -> Returning<C::Row> {
        self.tree.returning = Some(output(columns));
        Returning::new(self.into_statement())
    }

    /// Runs it and returns the number of inserted rows.
    ///
    /// # Errors
    /// Before anything is sent: [`ErrorKind::Data`](crate::ErrorKind::Data) for a text longer than its column, and for an
    /// `auto()` where the database assigns nothing; [`ErrorKind::Usage`](crate::ErrorKind::Usage) if some rows bring their
    /// keys and others are `auto()`, and for a reference to an object without a key, unless its session runs the statement.
    /// Else what the database answers.
    #[track_caller]
    pub fn execute<'e, E: Executor + 'e>(self, executor: E) -> BoxFuture<'e, Result<u64>> {
        match self.tree.rows {
            0 => Box::pin(async { Ok(0) }),
            _ => fetch::execute(self.into_statement(), executor),
        }
    }

    /// The statement as it is sent to a database of this dialect.
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Sql {
        self.clone().into_statement().to_sql(dialect)
    }
}

impl<M: Model> Insert<M> {
    /// Inserts these values.
    pub(super) fn many(models: impl IntoIterator<Item = M>) -> Self {
        Self::of(super::rows::tree(models))
    }
}

impl<M> Executable for Insert<M> {
    fn into_statement(self) -> Statement {
        Statement::Insert(Arc::new(self.tree))
    }
}
