//! `Returning<S>`: INSERT, UPDATE or DELETE that returns rows.

use std::marker::PhantomData;

use super::typed::typed;
use super::{Fetch, fetch};
use crate::ast::Statement;
use crate::compile::{Dialect, Sql};
use crate::error::Result;
use crate::run::{BoxFuture, Executor, RowOf, Selection};

/// A statement that changes rows and returns something of each.
#[must_use = "a statement does nothing until one of its verbs is awaited"]
pub struct Returning<S> {
    statement: Statement,
    row: PhantomData<fn() -> S>,
}

typed!(Returning, statement, row);

impl<S: Selection> Returning<S> {
    pub(super) fn new(statement: Statement) -> Self {
        Self { statement, row: PhantomData }
    }

    /// Runs it and returns all rows; those of an INSERT in the order of its values.
    ///
    /// # Errors
    /// What the database answers.
    #[track_caller]
    pub fn all<'e, E: Executor + 'e>(&self, executor: E) -> Fetch<'e, E, Vec<RowOf<S, E>>> {
        fetch::rows::<S, E>(self.statement.clone(), executor)
    }

    /// Runs it and returns the only row. The change is made even if there is another number of rows.
    ///
    /// # Errors
    /// [`ErrorKind::NoRow`](crate::ErrorKind::NoRow) and [`ErrorKind::MultipleRows`](crate::ErrorKind::MultipleRows); else what the database answers.
    #[track_caller]
    pub fn one<'e, E: Executor + 'e>(&self, executor: E) -> BoxFuture<'e, Result<RowOf<S, E>>> {
        let rows = self.all(executor);
        Box::pin(async move { only(rows.await?)?.ok_or_else(crate::row::no_row) })
    }

    /// Runs it and returns the only row, or none.
    ///
    /// # Errors
    /// [`ErrorKind::MultipleRows`](crate::ErrorKind::MultipleRows); else what the database answers.
    #[track_caller]
    pub fn one_or_none<'e, E: Executor + 'e>(&self, executor: E) -> BoxFuture<'e, Result<Option<RowOf<S, E>>>> {
        let rows = self.all(executor);
        Box::pin(async move { only(rows.await?) })
    }

    /// The statement as it is sent to a database of this dialect.
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Sql {
        self.statement.to_sql(dialect)
    }
}

fn only<T>(mut rows: Vec<T>) -> Result<Option<T>> {
    match rows.len() {
        0 | 1 => Ok(rows.pop()),
        _ => Err(crate::row::multiple_rows()),
    }
}
