//! `Update<M>`: changes rows of the table of `M` by a condition, without loading them.

use std::marker::PhantomData;
use std::sync::Arc;

use super::columns::output;
use super::select::and;
use super::typed::typed;
use super::{Executable, IntoColumns, Returning, fetch};
use crate::ast::{Assignment, Statement, UpdateTree};
use crate::compile::{Dialect, Sql};
use crate::error::Result;
use crate::expr::{Assignable, Column, Expr};
use crate::run::{BoxFuture, Executor};
use crate::schema::{Entity, TableRef};
use crate::types::SqlType;

/// An UPDATE. Without a condition it changes every row.
#[must_use = "a statement does nothing until it is executed"]
pub struct Update<M> {
    tree: UpdateTree,
    table: PhantomData<fn() -> M>,
}

typed!(Update, tree, table);

impl<M: Entity> Update<M> {
    /// Starts an UPDATE of the table; the macros call it.
    #[doc(hidden)]
    pub fn of_table() -> Self {
        let tree = UpdateTree { table: TableRef::Static(M::table()), set: Vec::new(), filter: None, returning: None };
        Self { tree, table: PhantomData }
    }

    /// Gives a column its new value, `None` for NULL where its field is an `Option`; a second value for a column
    /// replaces the first.
    pub fn set<T: SqlType>(mut self, column: Column<M, T>, value: impl Assignable<T, T::Sql>) -> Self {
        let (position, value) = (column.position(), value.assigned());
        match self.tree.set.iter_mut().find(|assignment| assignment.position == position) {
            Some(assignment) => assignment.value = value,
            None => self.tree.set.push(Assignment { position, value }),
        }
        self
    }

    /// Changes only the rows for which the condition is true, besides all conditions before.
    pub fn filter(mut self, condition: Expr<bool>) -> Self {
        and(&mut self.tree.filter, condition);
        self
    }

    /// Returns something of each changed row.
    pub fn returning<C: IntoColumns>(mut self, columns: C) -> Returning<C::Row> {
        self.tree.returning = Some(output(columns));
        Returning::new(self.into_statement())
    }

    /// Runs it and returns the number of changed rows.
    ///
    /// # Errors
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) for a text longer than its column and for `auto()`, before anything is sent; else what the database answers.
    #[track_caller]
    pub fn execute<'e, E: Executor + 'e>(self, executor: E) -> BoxFuture<'e, Result<u64>> {
        fetch::execute(self.into_statement(), executor)
    }

    /// The statement as it is sent to a database of this dialect.
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Sql {
        self.clone().into_statement().to_sql(dialect)
    }
}

impl<M> Executable for Update<M> {
    fn into_statement(self) -> Statement {
        Statement::Update(Arc::new(self.tree))
    }
}
