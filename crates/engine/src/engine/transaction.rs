//! `Transaction`: a guard. Committed on purpose, rolled back otherwise.

use std::future::Future;
use std::panic::Location;

use aludel_sql::{Batches, BoxFuture, Dialect, Discard, Exec, Executable, Executor, Outcome, Plain, Result, Run, Sink, Statement, calling};

use super::connection::Connection;
use super::level::Level;
use crate::port::Begin;

impl Connection {
    /// Begins a transaction; dropped without [`commit`](Transaction::commit), it is rolled back.
    ///
    /// On SQLite it takes the place of the writer at its first write, and each query before that sees what is
    /// committed at that moment.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](aludel_sql::ErrorKind::Usage) if a transaction is open already.
    pub async fn begin(&mut self) -> Result<Transaction<'_>> {
        self.begin_with(Begin::default()).await
    }

    /// Begins a transaction that sees others as it says, or only reads.
    ///
    /// SQLite knows one isolation that lasts: all statements see what was committed before the first, and writing fails as
    /// [`ErrorKind::Serialization`](aludel_sql::ErrorKind::Serialization) if somebody else has written since.
    ///
    /// # Errors
    /// As [`begin`](Connection::begin).
    pub async fn begin_with(&mut self, begin: Begin) -> Result<Transaction<'_>> {
        self.start(begin).await?;
        Ok(Transaction::lent(self))
    }

    /// Begins a transaction that has the place of the writer from its beginning.
    ///
    /// # Errors
    /// As [`begin`](Connection::begin), and if the place is not to be had.
    pub async fn begin_immediate(&mut self) -> Result<Transaction<'_>> {
        self.start(Begin::IMMEDIATE).await?;
        Ok(Transaction::lent(self))
    }
}

/// An open transaction, or one that is nested in another. Dropped without [`commit`](Transaction::commit), it is rolled back.
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Transaction<'c> {
    connection: Held<'c>,
    ended: bool,
}

enum Held<'c> {
    Owned(Box<Connection>),
    Lent(&'c mut Connection),
    Nested(&'c mut Connection, Level),
}

impl<'c> Transaction<'c> {
    pub(super) fn owned(connection: Connection) -> Self {
        Self { connection: Held::Owned(Box::new(connection)), ended: false }
    }

    fn lent(connection: &'c mut Connection) -> Self {
        Self { connection: Held::Lent(connection), ended: false }
    }

    fn connection(&mut self) -> &mut Connection {
        match &mut self.connection {
            Held::Owned(connection) => connection,
            Held::Lent(connection) | Held::Nested(connection, _) => connection,
        }
    }

    /// Begins a transaction within this one, to any depth: dropped without [`commit`](Transaction::commit), what was done in it is
    /// taken back, and what was done before it stays. After an error it leads back to where the transaction can go on.
    ///
    /// It is a savepoint of the database. This transaction cannot be used as long as the other one is there.
    ///
    /// ```compile_fail,E0499
    /// # async fn both(engine: &aludel_engine::Engine) -> aludel_sql::Result {
    /// let mut outer = engine.begin().await?;
    /// let inner = outer.begin_nested().await?;
    /// outer.execute(aludel_sql::raw("DELETE FROM people")).await?; // `outer` is lent to `inner`
    /// inner.commit().await
    /// # }
    /// ```
    ///
    /// # Errors
    /// What the database answers; [`ErrorKind::Usage`](aludel_sql::ErrorKind::Usage) if it has ended this transaction before.
    pub async fn begin_nested(&mut self) -> Result<Transaction<'_>> {
        let depth = match &self.connection {
            Held::Owned(_) | Held::Lent(_) => 1,
            Held::Nested(_, level) => level.depth + 1,
        };
        let connection = self.connection();
        let level = connection.nest(depth).await?;
        Ok(Transaction { connection: Held::Nested(connection, level), ended: false })
    }

    /// Makes what was done last; what was done in a nested one becomes a part of the one around it.
    ///
    /// # Errors
    /// What the database answers; everything is rolled back then.
    pub async fn commit(mut self) -> Result {
        let result = match &mut self.connection {
            Held::Owned(connection) => connection.commit().await,
            Held::Lent(connection) => connection.commit().await,
            Held::Nested(connection, level) => connection.release(*level).await,
        };
        self.ended = result.is_ok();
        result
    }

    /// Takes back what was done.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn rollback(mut self) -> Result {
        let result = match &mut self.connection {
            Held::Owned(connection) => connection.rollback().await,
            Held::Lent(connection) => connection.rollback().await,
            Held::Nested(connection, level) => connection.go_back(*level).await,
        };
        self.ended = result.is_ok();
        result
    }

    /// Runs a statement for what it does, and returns the number of rows that it changed.
    ///
    /// # Errors
    /// What the database answers.
    #[track_caller]
    pub fn execute(&mut self, statement: impl Executable) -> impl Future<Output = Result<u64>> + Send {
        let statement = statement.into_statement();
        calling(Location::caller(), async move { Ok(self.connection().run_with(&statement, &mut Discard, &mut ()).await?.affected) })
    }
}

/// A lent connection goes on living, so that it is told; its database rolls back when the next exchange
/// begins or the connection goes back to the pool, whichever comes first.
impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        match &mut self.connection {
            Held::Owned(_) => {}
            Held::Lent(connection) => connection.abandon(),
            Held::Nested(_, _) if self.ended => {}
            Held::Nested(connection, level) => connection.leave(*level),
        }
    }
}

/// For what a driver does on a connection, whether a transaction is open on it or not.
impl AsMut<Connection> for Transaction<'_> {
    fn as_mut(&mut self) -> &mut Connection {
        self.connection()
    }
}

impl Run for Transaction<'_> {
    fn dialect(&self) -> &dyn Dialect {
        match &self.connection {
            Held::Owned(connection) => connection.dialect(),
            Held::Lent(connection) | Held::Nested(connection, _) => connection.dialect(),
        }
    }

    fn run<'a>(&'a mut self, statement: &'a Statement, sink: &'a mut dyn Sink) -> BoxFuture<'a, Result<Outcome>> {
        self.connection().run(statement, sink)
    }

    fn load<'a>(&'a mut self, batches: &'a mut dyn Batches) -> BoxFuture<'a, Result<u64>> {
        Run::load(self.connection(), batches)
    }
}

#[diagnostic::do_not_recommend]
impl Executor for &mut Transaction<'_> {
    type Mode = Plain;

    fn by_ref(&mut self) -> Exec<'_, Plain> {
        Exec::new(&mut **self)
    }
}
