//! `Queries`: the statements that every model starts: `Person::query()`, `Person::insert()`, ..

use super::{Delete, Insert, Select, Update};
use crate::ast::Output;
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
