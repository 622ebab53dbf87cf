//! `Engine`: a database, its pool of connections, and the statements written for it.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use aludel_sql::{Access, Answer, Dialect, Error, Exec, Executable, Executor, Outcome, Plain, Result, Run, Shape, Sink, Statement};

use super::blame::blame;
use super::connection::Connection;
use super::transaction::Transaction;
use crate::pool::{Lend, Pool};
use crate::port::{Begin, Compiler, Driver, Job, PoolOptions};

/// A database. Cheap to clone; nothing is opened until the first use.
///
/// A statement that runs on an engine is a transaction of its own, on a connection that it has only for itself.
#[derive(Clone)]
pub struct Engine(Arc<Shared>);

struct Shared {
    driver: Arc<dyn Driver>,
    pool: Pool,
    compiler: Arc<Compiler>,
}

impl Engine {
    /// Returns an engine on this driver, with the driver's own pool options.
    pub fn on(driver: impl Driver) -> Self {
        let options = driver.pool();
        Self::with_pool(driver, options)
    }

    /// Returns an engine on this driver, with these pool options.
    pub fn with_pool(driver: impl Driver, options: PoolOptions) -> Self {
        let driver: Arc<dyn Driver> = Arc::new(driver);
        Self(Arc::new(Shared { pool: Pool::new(Arc::clone(&driver), options), driver, compiler: Arc::default() }))
    }

    /// How SQL is written for this database.
    pub fn dialect(&self) -> &dyn Dialect {
        self.0.driver.dialect()
    }

    /// What messages call the database: the file, or the URL without the password.
    pub fn name(&self) -> &str {
        self.0.driver.name()
    }

    /// Takes a connection of the pool, to run several statements on.
    ///
    /// # Errors
    /// [`ErrorKind::Connect`](aludel_sql::ErrorKind::Connect) if there is none and none can be opened,
    /// [`ErrorKind::Timeout`](aludel_sql::ErrorKind::Timeout) if all are lent and none came back in time,
    /// [`ErrorKind::Deadlock`](aludel_sql::ErrorKind::Deadlock) at once if all are held by the very request or task that asks.
    pub async fn connect(&self) -> Result<Connection> {
        self.lend(Lend::Holder).await
    }

    /// Begins a transaction on a connection of its own, see [`Connection::begin`].
    ///
    /// # Errors
    /// As [`connect`](Engine::connect).
    pub async fn begin(&self) -> Result<Transaction<'static>> {
        let mut connection = self.connect().await?;
        connection.start(Begin::Default).await?;
        Ok(Transaction::owned(connection))
    }

    /// Begins a transaction that has the place of the writer from its beginning.
    ///
    /// # Errors
    /// As [`connect`](Engine::connect), and if the place is not to be had.
    pub async fn begin_immediate(&self) -> Result<Transaction<'static>> {
        let mut connection = self.connect().await?;
        connection.start(Begin::Immediate).await?;
        Ok(Transaction::owned(connection))
    }

    /// Runs a statement for what it does, and returns the number of rows that it changed.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn execute(&self, statement: impl Executable) -> Result<u64> {
        self.lend(Lend::Statement).await?.execute(statement).await
    }

    /// Takes a connection for one statement; it must not be held over anything else that is awaited.
    ///
    /// # Errors
    /// As [`connect`](Engine::connect).
    pub async fn for_statement(&self) -> Result<Connection> {
        self.lend(Lend::Statement).await
    }

    /// Runs a statement on a connection of its own, see [`Run::run`].
    pub fn answer<'a>(&'a self, statement: &'a Statement, sink: &'a mut dyn Sink) -> Answer<'a, Result<Outcome>> {
        if let Some(result) = self.run_at_once(statement, sink, &mut ()) {
            return Answer::ready(result);
        }
        Answer::Later(Box::pin(async move { self.for_statement().await?.run_with(statement, sink, &mut ()).await }))
    }

    /// Runs a statement without a future, if that can be: a read of an embedded database, on a connection that is idle.
    /// `None` says that nothing was done, and that the statement takes the long way.
    pub fn run_at_once(&self, statement: &Statement, sink: &mut dyn Sink, tracker: &mut (dyn Any + Send)) -> Option<Result<Outcome>> {
        let Shared { driver, pool, compiler } = &*self.0;
        if !driver.answers_reads_at_once() || statement.access() != Access::Read {
            return None;
        }
        let mut connection = pool.lend_idle()?;
        let mut shape = Shape::new(driver.dialect());
        if let Err(error) = shape.walk(statement) {
            connection.end();
            return Some(Err(error));
        }
        let job = Job::new(statement, &shape, compiler, driver.dialect());
        job.log();
        let mut rows = (sink, tracker);
        let result = match connection.raw().run(&job, &mut rows) {
            Answer::Ready(result) => result.unwrap_or_else(|| Err(unready())),
            Answer::Later(_) => Err(unready()),
        };
        connection.end();
        Some(result.map_err(|error| blame(error, &job)))
    }

    /// Whether a transaction begins only at its first write, so that reading holds no connection.
    pub fn begins_at_first_write(&self) -> bool {
        self.0.driver.begins_at_first_write()
    }

    /// The connections that are open and lent to nobody.
    pub fn idle_connections(&self) -> usize {
        self.0.pool.counts().0
    }

    /// How many connections could be lent at once, opened or yet to be opened.
    pub fn free_connections(&self) -> usize {
        self.0.pool.counts().1
    }

    async fn lend(&self, lend: Lend) -> Result<Connection> {
        let slot = self.0.pool.lend(lend).await?;
        Ok(Connection::new(Arc::clone(&self.0.driver), Arc::clone(&self.0.compiler), slot))
    }
}

#[cold]
fn unready() -> Error {
    Error::usage("the driver says that it answers reads at once, and did not")
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Engine({})", self.name())
    }
}

impl Run for &Engine {
    fn run<'a>(&'a mut self, statement: &'a Statement, sink: &'a mut dyn Sink) -> Answer<'a, Result<Outcome>> {
        self.answer(statement, sink)
    }
}

#[diagnostic::do_not_recommend]
impl Executor for &Engine {
    type Mode = Plain;

    fn by_ref(&mut self) -> Exec<'_, Plain> {
        Exec::new(self)
    }
}
