//! `Connection`: runs statements one after the other, inside or outside of a transaction.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use aludel_sql::{
    Access, Answer, Batches, BoxFuture, ColumnDef, Dialect, Discard, Error, ErrorKind, Exec, Executable, Executor, Outcome, Plain, Result,
    Run, Shape, Sink, Statement, Value, calling,
};

use super::backend::Backend;
use super::blame::blame;
use super::level::Level;
use super::silence::{ask, load, run_all, settled, soon};
use super::written::Writes;
use crate::events::Event;
use crate::fair;
use crate::faults::Fault;
use crate::pool::Slot;
use crate::port::{Begin, Canceller, Job, RawConnection, Rows, Savepoint};
use crate::spans;
use crate::writer::Ticket;

/// A connection of an engine's pool. A statement outside of a transaction is a transaction of its own.
///
/// Dropped, it goes back to the pool; what is not committed then is rolled back.
pub struct Connection {
    pub(super) backend: Arc<Backend>,
    pub(super) slot: Slot,
    pub(super) stage: Stage,
    /// A nested transaction whose guard was dropped: what it did is taken back before anything else is done.
    pub(super) left: Option<Level>,
    /// Whether the open transaction has written, as far as its statements say.
    pub(super) wrote: bool,
    /// Where it is noted who has written, if somebody asks for that.
    pub(super) writes: Option<Arc<Writes>>,
}

/// How far a transaction of ours has come. Whether the database has one open is asked of the slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing was begun, but by raw statements.
    Idle,
    /// A transaction was begun that the database hears of at its first write.
    Waiting,
    /// The database has begun it, and has it open unless it has ended it on its own.
    Begun,
}

impl Connection {
    pub(super) fn new(backend: Arc<Backend>, slot: Slot) -> Self {
        Self { backend, slot, stage: Stage::Idle, left: None, wrote: false, writes: None }
    }

    /// Notes there who has written.
    pub(super) fn noting(mut self, writes: Option<Arc<Writes>>) -> Self {
        self.writes = writes;
        self
    }

    /// Keeps the writer's place, which came before the connection.
    pub(super) fn with_ticket(mut self, ticket: Ticket) -> Self {
        self.slot.keep(ticket);
        self
    }

    /// Runs a statement for what it does, and returns the number of rows that it changed.
    ///
    /// # Errors
    /// What the database answers.
    #[track_caller]
    pub fn execute(&mut self, statement: impl Executable) -> impl Future<Output = Result<u64>> + Send {
        let statement = statement.into_statement();
        calling(Location::caller(), async move { Ok(self.run_with(&statement, &mut Discard, &mut ()).await?.affected) })
    }

    /// Starts a transaction without a guard: the caller commits or rolls back, or drops the connection.
    ///
    /// # Errors
    /// As [`begin`](Connection::begin).
    pub async fn start(&mut self, begin: Begin) -> Result {
        self.slot.recover().await?;
        if self.is_open() {
            return Err(Error::usage("a transaction is open on this connection already")
                .hint("commit or roll back the one that is open, or begin the other one on a connection of its own"));
        }
        self.stage = match begin.is_plain() && self.backend.driver.begins_at_first_write() {
            true => Stage::Waiting,
            false => {
                self.begin_now(begin, None).await?;
                Stage::Begun
            }
        };
        Ok(())
    }

    /// What ends the statement that runs on this connection, to be called from elsewhere: the statement fails as
    /// [`ErrorKind::Cancelled`](aludel_sql::ErrorKind::Cancelled). Called while none runs, it may end the next one.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](aludel_sql::ErrorKind::Unsupported) if the driver has none.
    pub fn canceller(&mut self) -> Result<Canceller> {
        self.slot.canceller().ok_or_else(|| {
            let message = format!("the driver of {} cannot end a statement from elsewhere", self.backend.driver.name());
            Error::new(aludel_sql::ErrorKind::Unsupported, message)
        })
    }

    /// Whether a transaction was begun and has not ended.
    pub fn is_open(&self) -> bool {
        self.stage != Stage::Idle || self.slot.in_transaction()
    }

    /// Hears that a lent transaction was dropped without an end.
    pub(super) fn abandon(&mut self) {
        (self.stage, self.left) = (Stage::Idle, None);
        self.slot.abandon();
    }

    /// Whether nothing has begun but what the database has not heard of yet, so that nothing is lost without the connection.
    pub fn holds_nothing(&self) -> bool {
        self.stage != Stage::Begun && !self.slot.in_transaction()
    }

    /// Whether the database has a transaction open on this connection: where it begins at the first write, whether
    /// anything was written.
    pub fn has_written(&self) -> bool {
        self.slot.in_transaction()
    }

    /// Commits what was started; without a transaction there is nothing to do.
    ///
    /// # Errors
    /// What the database answers; everything is rolled back then. [`ErrorKind::Usage`](aludel_sql::ErrorKind::Usage) if the
    /// database has ended the transaction before.
    pub async fn commit(&mut self) -> Result {
        self.ready().await?;
        let standing = self.check_stage();
        self.stage = Stage::Idle;
        standing?;
        if !self.slot.in_transaction() {
            return Ok(());
        }
        let token = match self.backend.commit_tokens && self.wrote {
            true => Box::pin(self.leave_token()).await?,
            false => None,
        };
        tracing::debug!(target: "aludel::sql", "COMMIT");
        if self.slot.has_fault(Fault::EarlyCommit) {
            return Ok(());
        }
        let _noting = self.wrote.then(|| self.notes(Fault::CommitNotNoted));
        let result = self.ask(("COMMIT", Event::Commit), |raw| raw.commit()).await;
        match (result, token) {
            (Ok(()), Some(_)) => {
                Box::pin(self.clean_tokens()).await;
                Ok(())
            }
            (Err(error), token) if *error.kind() == ErrorKind::CommitUnknown => self.unanswered(error, token),
            (result, _) => result,
        }
    }

    /// Rolls back what was started; without a transaction there is nothing to do.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn rollback(&mut self) -> Result {
        (self.stage, self.left) = (Stage::Idle, None);
        self.slot.recover().await?;
        self.roll_back_now().await
    }

    /// Sets a savepoint in the open transaction, lets go of it, or goes back to it.
    ///
    /// # Errors
    /// What the database answers; [`ErrorKind::Usage`](aludel_sql::ErrorKind::Usage) if no transaction is open in the database.
    pub async fn savepoint(&mut self, step: Savepoint) -> Result {
        self.ready().await?;
        self.check_stage()?;
        if !self.slot.in_transaction() {
            return Err(Error::usage("there is no transaction that a savepoint could be in"));
        }
        self.step(step).await
    }

    /// Runs a statement; `tracker` is handed to the sink with every row.
    ///
    /// # Errors
    /// What the database answers, with the statement; what the sink returns.
    pub async fn run_with(&mut self, statement: &Statement, sink: &mut dyn Sink, tracker: &mut (dyn Any + Send)) -> Result<Outcome> {
        let backend = Arc::clone(&self.backend);
        let mut shape = Shape::new(backend.dialect());
        shape.walk(statement)?;
        self.run_shaped(statement, &shape, sink, tracker).await
    }

    /// As [`run_with`](Connection::run_with), for a statement whose [shape](super::Engine::shape) is known.
    ///
    /// # Errors
    /// What the database answers, with the statement; what the sink returns.
    pub async fn run_shaped(
        &mut self,
        statement: &Statement,
        shape: &Shape<'_>,
        sink: &mut dyn Sink,
        tracker: &mut (dyn Any + Send),
    ) -> Result<Outcome> {
        let backend = Arc::clone(&self.backend);
        self.run_job(&backend.job(statement, shape), &mut (sink, tracker)).await
    }

    /// Runs a statement with other values than its own, once for each part of them.
    ///
    /// # Errors
    /// As [`run_with`](Connection::run_with).
    pub async fn run_each(&mut self, statement: &Statement, binds: &[Value<'_>], repeat: usize, rows: &mut dyn Rows) -> Result<Outcome> {
        let backend = Arc::clone(&self.backend);
        let mut shape = Shape::new(backend.dialect());
        shape.walk(statement)?;
        let job = backend.job(statement, &shape).with_binds(binds, repeat);
        self.run_job(&job, rows).await
    }

    /// Whether a statement only reads; of a raw one the database is asked.
    ///
    /// # Errors
    /// What the database answers to the text.
    pub async fn only_reads(&mut self, statement: &Statement, shape: &Shape<'_>) -> Result<bool> {
        if statement.access() != Access::Unknown {
            return Ok(statement.access() == Access::Read);
        }
        let backend = Arc::clone(&self.backend);
        let job = backend.job(statement, shape);
        self.ready().await?;
        Ok(!self.writes(&job).await.map_err(|error| blame(error, &job))?)
    }

    /// The columns of a table as the database has them; none if there is no such table.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn columns(&mut self, table: &str) -> Result<Vec<ColumnDef>> {
        self.ready().await?;
        let mut exchange = self.slot.exchange();
        let answer = soon(2 * self.backend.silence, exchange.raw().columns(table)).await;
        settled(exchange, answer)
    }

    /// Runs all of these in one exchange.
    pub(super) async fn exchange_all(&mut self, jobs: &[Job<'_>], rows: &mut [&mut dyn Rows]) -> Result<Vec<Outcome>> {
        fair::give_way().await;
        self.ready().await?;
        self.check_stage()?;
        self.wrote |= jobs.iter().any(|job| job.access() != Access::Read);
        let _noting = self.wrote.then(|| self.notes(Fault::WriteNotNoted));
        let mut exchange = self.slot.exchange();
        let result = run_all(&mut exchange, self.backend.silence, (jobs, rows)).await;
        exchange.end();
        result
    }

    /// How long a server may say nothing before it is asked whether it is at work, for who [waits for it](crate::attend) in a call of
    /// its own: the pool's [`silence`](crate::PoolOptions::silence).
    pub fn silence(&self) -> Duration {
        self.backend.silence
    }

    /// Makes a call on the driver's own connection, for what no other database can do. A call that writes has the place of the
    /// writer, and is part of the open transaction, as a statement is.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](aludel_sql::ErrorKind::Usage) if the connection is another driver's; else what the call returns.
    pub async fn natively<C, T, F>(&mut self, access: Access, call: F) -> Result<T>
    where
        C: RawConnection,
        T: Unpin,
        F: for<'c> FnOnce(&'c mut C) -> Answer<'c, Result<T>> + Send,
    {
        self.natively_with(access, (), |raw, ()| call(raw)).await
    }

    /// As [`natively`](Connection::natively), with something that the call borrows for as long as it takes.
    ///
    /// # Errors
    /// As [`natively`](Connection::natively).
    pub async fn natively_with<C, S, T, F>(&mut self, access: Access, mut state: S, call: F) -> Result<T>
    where
        C: RawConnection,
        S: Send,
        T: Unpin,
        F: for<'c> FnOnce(&'c mut C, &'c mut S) -> Answer<'c, Result<T>> + Send,
    {
        self.ready().await?;
        self.check_stage()?;
        if access != Access::Read {
            self.prepare_to_write(None).await?;
            self.wrote = true;
        }
        let _noting = (access != Access::Read).then(|| self.notes(Fault::WriteNotNoted));
        let mut exchange = self.slot.exchange();
        let raw: &mut dyn Any = exchange.raw();
        let result = match raw.downcast_mut() {
            Some(raw) => call(raw, &mut state).await,
            None => Err(Error::usage(format!("`{}` is a database of another driver", self.backend.driver.name()))),
        };
        exchange.end();
        result
    }

    /// Begins what inserts many rows: a transaction of its own, or the one that waits for its first write.
    pub(super) async fn begin_load(&mut self, is_part: bool) -> Result {
        self.ready().await?;
        self.check_stage()?;
        match is_part {
            true => self.prepare_to_write(None).await?,
            false => self.begin_now(Begin::IMMEDIATE, None).await?,
        }
        self.wrote = true;
        Ok(())
    }

    /// Inserts rows by the database's own stream.
    pub(super) async fn stream(&mut self, rows: &mut dyn Batches) -> Result<u64> {
        let mut exchange = self.slot.exchange();
        let result = load(&mut exchange, self.backend.silence, rows).await;
        exchange.end();
        result
    }

    pub(super) async fn roll_back_now(&mut self) -> Result {
        if !self.slot.in_transaction() {
            return Ok(());
        }
        tracing::debug!(target: "aludel::sql", "ROLLBACK");
        self.ask(("ROLLBACK", Event::Rollback), |raw| raw.rollback()).await
    }

    pub(super) async fn step(&mut self, step: Savepoint) -> Result {
        tracing::debug!(target: "aludel::sql", "{step}");
        self.ask((step, Event::Savepoint(step)), |raw| raw.savepoint(step)).await
    }

    pub(super) async fn begin_now(&mut self, begin: Begin, statement: Option<Arc<str>>) -> Result {
        // One that reads first takes the writer's place at its first write.
        if begin.immediate {
            self.enter(statement).await?;
        }
        tracing::debug!(target: "aludel::sql", immediate = begin.immediate, "BEGIN");
        self.wrote = false;
        self.ask(("BEGIN", Event::Begin), |raw| raw.begin(begin)).await
    }

    /// Asks for a step of a transaction, and tells who listens if it was done.
    async fn ask(
        &mut self,
        (step, done): (impl fmt::Display, Event<'_>),
        question: impl for<'r> FnOnce(&'r mut dyn RawConnection) -> Answer<'r, Result>,
    ) -> Result {
        let mut exchange = self.slot.exchange();
        let result = match spans::is_traced() {
            // In a box, so that nobody carries the room for it where nobody looks.
            true => Box::pin(spans::within(|| spans::step(&step), ask(&mut exchange, self.backend.silence, question))).await,
            false => ask(&mut exchange, self.backend.silence, question).await,
        };
        exchange.end();
        if result.is_ok() {
            self.backend.events.tell(&done);
        }
        result
    }

    pub(super) async fn enter(&mut self, statement: Option<Arc<str>>) -> Result {
        if let Some(statement) = &statement {
            self.slot.note(statement);
        }
        if self.slot.has_ticket() {
            return Ok(());
        }
        let Some(queue) = self.backend.driver.writers() else { return Ok(()) };
        self.slot.keep(queue.enter(statement).await?);
        Ok(())
    }

    /// Recovers what was left half-way, and takes back what a nested transaction did whose guard was dropped.
    pub(super) async fn ready(&mut self) -> Result {
        self.slot.recover().await?;
        match self.left.is_none() {
            true => Ok(()),
            false => Box::pin(self.take_back()).await,
        }
    }

    /// A statement after the end of its transaction would be committed at once, whatever becomes of the rest.
    pub(super) fn check_stage(&self) -> Result {
        match self.stage == Stage::Begun && !self.slot.in_transaction() && !self.slot.has_fault(Fault::NotChecked) {
            false => Ok(()),
            true => Err(Error::usage(
                "the transaction has ended before this: it was rolled back by an error or an interrupted statement, or ended by a raw one",
            )
            .hint(
                "roll back and begin again after an error; leave COMMIT and ROLLBACK to the transaction; on MySQL and MariaDB a change of \
                 the schema, such as CREATE, commits it: make those before it or after it",
            )),
        }
    }
}

impl AsMut<Self> for Connection {
    fn as_mut(&mut self) -> &mut Self {
        self
    }
}

impl Run for Connection {
    fn dialect(&self) -> &dyn Dialect {
        self.backend.dialect()
    }

    fn run<'a>(&'a mut self, statement: &'a Statement, sink: &'a mut dyn Sink) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move { self.run_with(statement, sink, &mut ()).await })
    }

    fn load<'a>(&'a mut self, batches: &'a mut dyn Batches) -> BoxFuture<'a, Result<u64>> {
        Box::pin(Connection::load(self, batches))
    }
}

#[diagnostic::do_not_recommend]
impl Executor for &mut Connection {
    type Mode = Plain;

    fn by_ref(&mut self) -> Exec<'_, Plain> {
        Exec::new(&mut **self)
    }
}
