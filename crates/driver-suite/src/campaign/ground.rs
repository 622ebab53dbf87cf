//! What a driver's tests bring along for a campaign: engines on one database, and somebody who looks at it from outside.

use aludel_engine::{Connection, Engine, PoolOptions};
use aludel_sql::{BoxFuture, Result};

/// What else the engines of a campaign do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Plain,
    /// Their transactions leave rows by which commits are known.
    Tokens,
    /// They read on a replica. The same server plays it.
    Followed,
}

/// A database that nobody else uses. Dropped, it is gone.
pub trait Ground: Send + Sync + Sized + 'static {
    /// What reports call the database.
    const NAME: &'static str;

    /// The engines that it can have.
    const KINDS: &'static [Kind];

    /// Makes the database.
    fn prepare() -> BoxFuture<'static, Self>;

    /// An engine on it.
    fn engine(&self, options: PoolOptions) -> Engine;

    /// What somebody sees who comes from outside: the rows of a query of two integers.
    fn pairs<'a>(&'a self, sql: &'a str) -> BoxFuture<'a, Vec<(i64, i64)>>;

    /// How many transactions the engines have open, as the database says.
    fn open_transactions(&self) -> BoxFuture<'_, i64>;

    /// Whether a connection is in a transaction, as its database says.
    fn is_in_transaction(connection: &mut Connection) -> BoxFuture<'_, Result<bool>>;
}
