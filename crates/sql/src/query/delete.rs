//! `Delete<M>`: deletes rows of the table of `M` by a condition, without loading them.

use std::marker::PhantomData;
use std::sync::Arc;

use super::columns::output;
use super::select::and;
use super::typed::typed;
use super::{Executable, IntoColumns, Returning, fetch};
use crate::ast::{DeleteTree, Statement};
use crate::compile::{Dialect, Sql};
use crate::error::Result;
use crate::expr::Expr;
use crate::run::{BoxFuture, Executor};
use crate::schema::{Entity, TableRef};

/// A DELETE. Without a condition it deletes every row.
#[must_use = "a statement does nothing until it is executed"]
pub struct Delete<M> {
    tree: DeleteTree,
    table: PhantomData<fn() -> M>,
}

typed!(Delete, tree, table);

impl<M: Entity> Delete<M> {
    /// Starts a DELETE from the table; the macros call it.
    #[doc(hidden)]
    pub fn from_table() -> Self {
        let tree = DeleteTree { table: TableRef::Static(M::table()), filter: None, returning: None };
        Self { tree, table: PhantomData }
    }

    /// Deletes only the rows for which the condition is true, besides all conditions before.
    pub fn filter(mut self, condition: Expr<bool>) -> Self {
        and(&mut self.tree.filter, condition);
        self
    }

    /// Returns something of each deleted row.
    pub fn returning<C: IntoColumns>(mut self, columns: C) -> Returning<C::Row> {
        self.tree.returning = Some(output(columns));
        Returning::new(self.into_statement())
    }

    /// Runs it and returns the number of deleted rows.
    ///
    /// # Errors
    /// What the database answers.
    #[track_caller]
    pub fn execute<'e, E: Executor + 'e>(self, executor: E) -> BoxFuture<'e, Result<u64>> {
        fetch::execute(self.into_statement(), executor)
    }

    /// The statement as it is sent to a database of this dialect.
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Sql {
        self.clone().into_statement().to_sql(dialect)
    }
}

impl<M> Executable for Delete<M> {
    fn into_statement(self) -> Statement {
        Statement::Delete(Arc::new(self.tree))
    }
}
