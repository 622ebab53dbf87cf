//! What a driver's tests bring along: engines on databases of their own, and what the database can do.

use std::any::Any;

use aludel_engine::Engine;
use aludel_sql::BoxFuture;

/// A driver that is tried.
pub trait Fixture: 'static {
    /// What the database cannot do.
    const CANNOT: &'static [Capability];

    /// An engine on an empty database that nobody else uses.
    fn lease() -> BoxFuture<'static, Lease>;
}

/// An engine on a database of its own, which is gone with this.
pub struct Lease {
    /// The engine.
    pub engine: Engine,
    /// Whatever removes the database when it is dropped.
    pub keeper: Box<dyn Any + Send + Sync>,
}

/// What one database can do and another cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Capability {
    /// INSERT returns rows.
    InsertReturning,
    /// UPDATE returns rows.
    UpdateReturning,
    /// DELETE returns rows.
    DeleteReturning,
    /// A float may be NaN or infinite.
    SpecialFloats,
    /// A statement that changes the schema is part of its transaction.
    TransactionalDdl,
}
