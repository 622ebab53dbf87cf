//! `Engine`: a database, its pool of connections, and the statements written for it.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use super::backend::Backend;
use super::blame::blame;
use super::connection::Connection;
use super::replicas::{Replicas, Server};
use super::silence::soon;
use super::tokens;
use super::transaction::Transaction;
use crate::events::{Event, Events, is_logged};
use crate::fair;
use crate::faults::Fault;
use crate::pool::{Lend, Pool, PoolStats, Slot};
use crate::port::{Begin, CommitOutcome, Driver, Isolation, PoolOptions};
use aludel_sql::{
    Access, Answer, Batches, BoxFuture, Dialect, Discard, Error, ErrorKind, Exec, Executable, Executor, Outcome, Plain, Result, Run, Shape,
    Sink, Statement, calling,
};

/// A database. Cheap to clone; nothing is opened until the first use.
///
/// A statement that runs on an engine is a transaction of its own, on a connection that it has only for itself.
#[derive(Clone)]
pub struct Engine(Arc<Shared>);

struct Shared {
    backend: Arc<Backend>,
    pool: Arc<Pool>,
    replicas: Option<Replicas>,
}

impl Engine {
    /// Returns an engine on this driver, with the driver's own pool options.
    pub fn on(driver: impl Driver) -> Self {
        let options = driver.pool();
        Self::with_pool(driver, options)
    }

    /// Returns an engine on this driver, with these pool options.
    pub fn with_pool(driver: impl Driver, options: PoolOptions) -> Self {
        #[cfg(feature = "witness")]
        crate::witness::begin();
        let (driver, events): (Arc<dyn Driver>, _) = (Arc::new(driver), Arc::<Events>::default());
        let pool = Pool::new(Arc::clone(&driver), options, Arc::clone(&events));
        Self(Arc::new(Shared { backend: Arc::new(Backend::new(driver, events, &options)), pool: Arc::new(pool), replicas: None }))
    }

    /// The same, whose readings may go to these.
    pub(super) fn followed_by(&self, replicas: &[Self]) -> Self {
        let replicas = Replicas::new(replicas.iter().map(Self::server));
        let Server { backend, pool } = self.server();
        Self(Arc::new(Shared { backend, pool, replicas: Some(replicas) }))
    }

    fn server(&self) -> Server {
        Server { backend: Arc::clone(&self.0.backend), pool: Arc::clone(&self.0.pool) }
    }

    /// Whether its servers can follow one another.
    pub(super) fn follows(&self) -> bool {
        self.0.backend.driver.follows()
    }

    /// Calls `listener` from now on with what happens on the engine's connections; all listeners, in the order in which they
    /// came, on the task that it happens in. It must not wait.
    pub fn listen(&self, listener: impl Fn(&Event<'_>) + Send + Sync + 'static) {
        self.0.backend.events.listen(Arc::new(listener));
    }

    /// How SQL is written for this database.
    pub fn dialect(&self) -> &dyn Dialect {
        self.0.backend.driver.dialect()
    }

    /// What messages call the database: the file, or the URL without the password.
    pub fn name(&self) -> &str {
        self.0.backend.driver.name()
    }

    /// The driver, if it is this one: for what no other database can do.
    pub fn driver<D: Driver>(&self) -> Option<&D> {
        let driver: &dyn Any = &*self.0.backend.driver;
        driver.downcast_ref()
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
        self.begin_with(Begin::default()).await
    }

    /// Begins a transaction that sees others as it says, or only reads, see [`Connection::begin_with`]. One that only reads may run
    /// on a replica, see [`with_replicas`](Engine::with_replicas).
    ///
    /// # Errors
    /// As [`connect`](Engine::connect).
    pub async fn begin_with(&self, begin: Begin) -> Result<Transaction<'static>> {
        let mut connection = self.connect_for(begin).await?;
        connection.start(begin).await?;
        Ok(Transaction::owned(connection))
    }

    /// Begins a transaction all of whose statements see the same: what was committed before the first of them. Writing in it may
    /// fail as [`ErrorKind::Serialization`](aludel_sql::ErrorKind::Serialization).
    ///
    /// # Errors
    /// As [`connect`](Engine::connect).
    pub async fn snapshot(&self) -> Result<Transaction<'static>> {
        self.begin_with(Begin::default().isolation(Isolation::RepeatableRead)).await
    }

    /// Begins a transaction that has the place of the writer from its beginning.
    ///
    /// # Errors
    /// As [`connect`](Engine::connect), and if the place is not to be had.
    pub async fn begin_immediate(&self) -> Result<Transaction<'static>> {
        let mut connection = self.connect_to_write().await?;
        connection.start(Begin::IMMEDIATE).await?;
        Ok(Transaction::owned(connection))
    }

    /// Asks, on a connection of its own, what became of the transaction whose commit ended in this error.
    ///
    /// On PostgreSQL 13 and later the server tells, as long as it remembers, about some hundred million transactions; also after it
    /// was killed and has recovered, and for a standby that was promoted instead of it: what it says then holds for the server that
    /// takes the writes now, and where the number of the transaction may have been given away again it is
    /// [`CommitOutcome::Unknown`]. Where transactions leave a row ([`PoolOptions::commit_tokens`](crate::PoolOptions::commit_tokens())),
    /// on MariaDB and MySQL too, the row tells. Elsewhere, and for a write by itself without such a row, it is
    /// [`CommitOutcome::Unknown`]: look for what the transaction has written.
    ///
    /// ```
    /// # async fn save(engine: &aludel_engine::Engine, commit: aludel_sql::Result) -> aludel_sql::Result {
    /// use aludel_engine::CommitOutcome;
    /// use aludel_sql::ErrorKind;
    ///
    /// match commit {
    ///     Err(error) if *error.kind() == ErrorKind::CommitUnknown => match engine.resolve_commit(&error).await? {
    ///         CommitOutcome::Committed => Ok(()),
    ///         _ => Err(error),
    ///     },
    ///     known => known,
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`connect`](Engine::connect), and what the database answers; [`ErrorKind::Usage`](aludel_sql::ErrorKind::Usage) for an
    /// error of another kind than [`ErrorKind::CommitUnknown`](aludel_sql::ErrorKind::CommitUnknown).
    pub async fn resolve_commit(&self, error: &Error) -> Result<CommitOutcome> {
        if *error.kind() != ErrorKind::CommitUnknown {
            return Err(Error::usage("only what became of a commit can be asked whose error is a `CommitUnknown`"));
        }
        if self.0.pool.has_fault(Fault::NotResolved) {
            return Ok(CommitOutcome::Unknown);
        }
        let Some(token) = error.commit_token() else { return Ok(CommitOutcome::Unknown) };
        if self.0.pool.has_fault(Fault::ResolvedUnasked) {
            return Ok(CommitOutcome::RolledBack);
        }
        if let Some(outcome) = tokens::outcome(&self.0.backend, token).await {
            return outcome;
        }
        let mut raw = self.0.backend.driver.connect_primary().await?;
        soon(2 * self.0.backend.silence, raw.resolve_commit(token)).await?
    }

    /// Runs a statement for what it does, and returns the number of rows that it changed.
    ///
    /// # Errors
    /// What the database answers.
    #[track_caller]
    pub fn execute(&self, statement: impl Executable) -> impl Future<Output = Result<u64>> + Send {
        let statement = statement.into_statement();
        calling(Location::caller(), async move { Ok(self.run_alone(&statement, &mut Discard).await?.affected) })
    }

    /// Takes a connection of the pool together with the place of the writer, where the database has one. Who waits for the
    /// place waits without a connection, so that any number of writers leaves the connections to those who read.
    ///
    /// For sessions, which begin and write at once: a connection that is held without writing may be one beyond the pool's.
    ///
    /// # Errors
    /// As [`connect`](Engine::connect), and if the place is not to be had.
    #[doc(hidden)]
    pub async fn connect_to_write(&self) -> Result<Connection> {
        self.lend_to_write(Lend::Holder, None).await
    }

    /// Takes a connection for a transaction that begins so: to a replica, if it only reads and there is one that has come far enough.
    ///
    /// # Errors
    /// As [`connect`](Engine::connect), and for one that writes if the place of the writer is not to be had.
    #[doc(hidden)]
    pub async fn connect_for(&self, begin: Begin) -> Result<Connection> {
        // A server that follows another one knows no transactions that are as if they ran one after the other.
        let may_follow =
            begin.read_only && begin.isolation != Some(Isolation::Serializable) && !self.0.pool.has_fault(Fault::PrimaryAlways);
        if let Some(replicas) = self.0.replicas.as_ref().filter(|_| may_follow) {
            fair::give_way().await;
            if let Some(connection) = Box::pin(replicas.lend(&self.server())).await {
                return Ok(connection);
            }
        }
        match begin.immediate {
            true => self.connect_to_write().await,
            false => self.connect().await,
        }
    }

    /// Takes a connection for one statement; it must not be held over anything else that is awaited.
    ///
    /// # Errors
    /// As [`connect`](Engine::connect).
    pub async fn for_statement(&self) -> Result<Connection> {
        self.lend(Lend::Statement).await
    }

    /// Runs a statement as a transaction of its own, see [`Run::run`].
    ///
    /// # Errors
    /// What the database answers; what the sink returns.
    pub async fn run_alone(&self, statement: &Statement, sink: &mut dyn Sink) -> Result<Outcome> {
        let mut shape = Shape::new(self.dialect());
        shape.walk(statement)?;
        let reads = match statement.access() {
            Access::Unknown if self.0.backend.driver.writers().is_some() => {
                Box::pin(async { self.for_statement().await?.only_reads(statement, &shape).await }).await?
            }
            access => access == Access::Read,
        };
        let mut connection = match reads {
            true => self.lend(Lend::Statement).await?,
            false => self.lend_to_write(Lend::Statement, Some((statement, &shape))).await?,
        };
        let result = connection.run_shaped(statement, &shape, &mut *sink, &mut ()).await;
        if self.0.pool.has_fault(Fault::SentAgain) && matches!(&result, Err(error) if *error.kind() == ErrorKind::CommitUnknown) {
            drop(connection);
            return Box::pin(self.run_again(statement, (&shape, sink))).await;
        }
        result
    }

    async fn run_again(&self, statement: &Statement, (shape, sink): (&Shape<'_>, &mut dyn Sink)) -> Result<Outcome> {
        self.lend(Lend::Statement).await?.run_shaped(statement, shape, sink, &mut ()).await
    }

    /// The shape of a statement, and what is wrong with its values: to be known before anything is waited for.
    ///
    /// # Errors
    /// As [`Shape::of`].
    pub fn shape<'s>(&'s self, statement: &'s Statement) -> Result<Shape<'s>> {
        Shape::of(statement, self.dialect())
    }

    /// Runs a statement without a future, if that can be: a read of an embedded database, on a connection that is idle.
    /// `None` says that nothing was done, and that the statement takes the long way.
    pub fn run_at_once(&self, statement: &Statement, sink: &mut dyn Sink, tracker: &mut (dyn Any + Send)) -> Option<Result<Outcome>> {
        let Shared { backend, pool, .. } = &*self.0;
        if statement.access() != Access::Read || !backend.driver.answers_reads_at_once() {
            return None;
        }
        // Who listens, or reads the log, hears of it on the long way.
        if fair::is_over() || backend.events.is_heard() || is_logged() {
            return None;
        }
        let mut connection = pool.lend_idle()?;
        let mut shape = Shape::new(backend.dialect());
        if let Err(error) = shape.walk(statement) {
            connection.end();
            return Some(Err(error));
        }
        let job = backend.job(statement, &shape);
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
        self.0.backend.driver.begins_at_first_write()
    }

    /// Makes something wrong with its pool, for the campaigns that must find it.
    #[cfg(feature = "planted-faults")]
    #[doc(hidden)]
    pub fn plant(&self, fault: crate::faults::Fault) {
        self.0.pool.plant(fault);
    }

    /// How its connections stand.
    pub fn pool(&self) -> PoolStats {
        self.0.pool.stats()
    }

    /// Closes the connections that nobody uses, as after a change of the server that they would not see. Those that are in use
    /// are asked whether they still work when they are lent again.
    pub fn dispose(&self) {
        self.0.pool.clear();
    }

    /// The connections that are open and lent to nobody.
    pub fn idle_connections(&self) -> usize {
        self.pool().idle
    }

    /// How many connections could be lent at once, opened or yet to be opened.
    pub fn free_connections(&self) -> usize {
        self.pool().free
    }

    async fn lend(&self, lend: Lend) -> Result<Connection> {
        // Before anything is held that others may wait for.
        fair::give_way().await;
        Ok(self.connection(self.0.pool.lend(lend).await?))
    }

    async fn lend_to_write(&self, lend: Lend, statement: Option<(&Statement, &Shape<'_>)>) -> Result<Connection> {
        let Some(queue) = self.0.backend.driver.writers() else { return self.lend(lend).await };
        fair::give_way().await;
        let ticket = queue.enter(None).await.map_err(|error| match statement {
            Some((statement, shape)) => self.0.backend.job(statement, shape).blame(error),
            None => error,
        })?;
        Ok(self.connection(self.0.pool.lend_to_writer(lend, ticket.since).await?).with_ticket(ticket))
    }

    fn connection(&self, slot: Slot) -> Connection {
        let writes = self.0.replicas.as_ref().map(|replicas| Arc::clone(&replicas.writes));
        Connection::new(Arc::clone(&self.0.backend), slot).noting(writes)
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
    fn dialect(&self) -> &dyn Dialect {
        Engine::dialect(self)
    }

    fn run<'a>(&'a mut self, statement: &'a Statement, sink: &'a mut dyn Sink) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(self.run_alone(statement, sink))
    }

    fn run_at_once(&mut self, statement: &Statement, sink: &mut dyn Sink) -> Option<Result<Outcome>> {
        Engine::run_at_once(self, statement, sink, &mut ())
    }

    fn load<'a>(&'a mut self, batches: &'a mut dyn Batches) -> BoxFuture<'a, Result<u64>> {
        Box::pin(Engine::load(self, batches))
    }
}

#[diagnostic::do_not_recommend]
impl Executor for &Engine {
    type Mode = Plain;

    fn by_ref(&mut self) -> Exec<'_, Plain> {
        Exec::new(self)
    }
}
