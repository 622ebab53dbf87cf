//! `Queries`: the statements that every model starts: `Person::query()`, `Person::insert()`, ..

use std::task::{Context, Poll};

use super::{BulkInsert, Delete, Insert, Select, Update};
use crate::ast::Output;
use crate::error::Result;
use crate::model::Model;

/// The statements of a model. Implemented for every model; in the prelude.
pub trait Queries: Model {
    /// Starts a query of this model's objects.
    fn query() -> Select<Self> {
        let mapping = Self::mapping();
        Select::of(Output::Columns(mapping.table_ref(), mapping.columns))
    }

    /// Starts an INSERT of one row, without an object.
    fn insert() -> Insert<Self> {
        Insert::new()
    }

    /// Inserts many rows, without objects. None of none: nothing is sent.
    ///
    /// A generated key that is `auto()` is assigned by the database; either in all rows or in none, since one INSERT
    /// names the same columns for all.
    fn insert_many(models: impl IntoIterator<Item = Self>) -> Insert<Self> {
        Insert::many(models)
    }

    /// Inserts any number of rows, without objects, in bounded memory and by the quickest way that the database has, see
    /// [`BulkInsert`].
    fn bulk_insert<'r, I>(models: I) -> BulkInsert<'r>
    where
        I: IntoIterator<Item = Self>,
        I::IntoIter: Send + 'r,
    {
        let mut models = models.into_iter();
        BulkInsert::polled(move |_context| Poll::Ready(Ok(models.next())))
    }

    /// As [`bulk_insert`](Queries::bulk_insert), of models that have to be waited for, or can fail: a stream is polled by its
    /// own `poll_next`, a channel by its `poll_recv`.
    ///
    /// ```
    /// # use aludel_sql::{Executor, Model, Queries, Result};
    /// # async fn copy<Person: Model>(here: impl Executor<Mode = aludel_sql::Plain>, there: impl Executor) -> Result {
    /// // From one database into another, a few at a time.
    /// let mut people = Person::query().stream(here).await?;
    /// Person::bulk_insert_polled(move |context| people.poll_next(context)).execute(there).await?;
    /// # Ok(())
    /// # }
    /// ```
    fn bulk_insert_polled<'r>(poll: impl FnMut(&mut Context<'_>) -> Poll<Result<Option<Self>>> + Send + 'r) -> BulkInsert<'r> {
        BulkInsert::polled(poll)
    }

    /// Starts an UPDATE by condition.
    fn update() -> Update<Self> {
        Update::of_table()
    }

    /// Starts a DELETE by condition.
    fn delete() -> Delete<Self> {
        Delete::from_table()
    }
}

impl<M: Model> Queries for M {}
