//! `Connection`: runs statements one after the other, inside or outside of a transaction.

use std::any::Any;
use std::sync::Arc;

use aludel_sql::{
    Access, Answer, ColumnDef, Discard, Exec, Executable, Executor, Outcome, Plain, Result, Run, Shape, Sink, Statement, Value,
};

use super::blame::blame;
use crate::pool::Slot;
use crate::port::{Begin, Compiler, Driver, Job, Rows};

/// A connection of an engine's pool. A statement outside of a transaction is a transaction of its own.
///
/// Dropped, it goes back to the pool; what is not committed then is rolled back.
pub struct Connection {
    driver: Arc<dyn Driver>,
    compiler: Arc<Compiler>,
    slot: Slot,
    /// A transaction was begun that the database hears of at its first write.
    waiting: bool,
}

impl Connection {
    pub(super) fn new(driver: Arc<dyn Driver>, compiler: Arc<Compiler>, slot: Slot) -> Self {
        Self { driver, compiler, slot, waiting: false }
    }

    /// Runs a statement for what it does, and returns the number of rows that it changed.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn execute(&mut self, statement: impl Executable) -> Result<u64> {
        Ok(self.run_with(&statement.into_statement(), &mut Discard, &mut ()).await?.affected)
    }

    /// Starts a transaction without a guard: the caller commits or rolls back, or drops the connection.
    ///
    /// # Errors
    /// As [`begin`](Connection::begin).
    pub async fn start(&mut self, begin: Begin) -> Result {
        self.slot.recover().await?;
        if self.waiting || self.slot.in_transaction() {
            return Err(aludel_sql::Error::usage("a transaction is open on this connection already"));
        }
        match begin {
            Begin::Default if self.driver.begins_at_first_write() => {
                self.waiting = true;
                Ok(())
            }
            _ => self.begin_now(begin, None).await,
        }
    }

    /// Whether a transaction was begun and has not ended.
    pub fn is_open(&self) -> bool {
        self.waiting || self.slot.in_transaction()
    }

    /// Hears that a lent transaction was dropped without an end.
    pub(super) fn abandon(&mut self) {
        self.waiting = false;
        self.slot.abandon();
    }

    /// Whether the database has a transaction open on this connection: where it begins at the first write, whether
    /// anything was written.
    pub fn has_written(&self) -> bool {
        self.slot.in_transaction()
    }

    /// Commits what was started; without a transaction there is nothing to do.
    ///
    /// # Errors
    /// What the database answers; everything is rolled back then.
    pub async fn commit(&mut self) -> Result {
        self.waiting = false;
        if !self.slot.in_transaction() {
            return Ok(());
        }
        tracing::debug!(target: "aludel::sql", "COMMIT");
        let result = self.slot.exchange().commit().await;
        self.slot.settle();
        result
    }

    /// Rolls back what was started; without a transaction there is nothing to do.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn rollback(&mut self) -> Result {
        self.waiting = false;
        if !self.slot.in_transaction() {
            return Ok(());
        }
        tracing::debug!(target: "aludel::sql", "ROLLBACK");
        let result = self.slot.exchange().rollback().await;
        self.slot.settle();
        result
    }

    /// Runs a statement; `tracker` is handed to the sink with every row.
    ///
    /// # Errors
    /// What the database answers, with the statement; what the sink returns.
    pub async fn run_with(&mut self, statement: &Statement, sink: &mut dyn Sink, tracker: &mut (dyn Any + Send)) -> Result<Outcome> {
        let (driver, compiler) = (Arc::clone(&self.driver), Arc::clone(&self.compiler));
        let shape = Shape::of(statement, driver.dialect())?;
        let job = Job::new(statement, &shape, &compiler, driver.dialect());
        self.run_job(&job, &mut (sink, tracker)).await
    }

    /// Runs a statement with other values than its own, once for each part of them.
    ///
    /// # Errors
    /// As [`run_with`](Connection::run_with).
    pub async fn run_each(&mut self, statement: &Statement, binds: &[Value<'_>], repeat: usize, rows: &mut dyn Rows) -> Result<Outcome> {
        let (driver, compiler) = (Arc::clone(&self.driver), Arc::clone(&self.compiler));
        let shape = Shape::of(statement, driver.dialect())?;
        let job = Job::new(statement, &shape, &compiler, driver.dialect()).with_binds(binds, repeat);
        self.run_job(&job, rows).await
    }

    /// The columns of a table as the database has them; none if there is no such table.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn columns(&mut self, table: &str) -> Result<Vec<ColumnDef>> {
        let result = self.slot.exchange().columns(table).await;
        self.slot.settle();
        result
    }

    async fn run_job(&mut self, job: &Job<'_>, rows: &mut dyn Rows) -> Result<Outcome> {
        if tracing::enabled!(target: "aludel::sql", tracing::Level::DEBUG) {
            tracing::debug!(target: "aludel::sql", sql = job.sql().as_deref(), times = job.repeat(), "statement");
        }
        self.run_logged(job, rows).await.map_err(|error| blame(error, job))
    }

    async fn run_logged(&mut self, job: &Job<'_>, rows: &mut dyn Rows) -> Result<Outcome> {
        self.slot.recover().await?;
        if self.writes(job).await? {
            return self.write(job, rows).await;
        }
        let result = self.slot.exchange().run(job, rows).await;
        self.slot.settle();
        result
    }

    async fn writes(&mut self, job: &Job<'_>) -> Result<bool> {
        let access = match job.access() {
            Access::Unknown => {
                let result = self.slot.exchange().access(job).await;
                self.slot.settle();
                result?
            }
            access => access,
        };
        Ok(access != Access::Read)
    }

    /// Runs a statement that writes, in the place of the writer where there is one. Many rows are one transaction.
    async fn write(&mut self, job: &Job<'_>, rows: &mut dyn Rows) -> Result<Outcome> {
        let alone = !self.is_open();
        if self.waiting || (alone && job.repeat() > 1) {
            self.begin_now(Begin::Immediate, job.sql()).await?;
        } else if !self.slot.has_ticket() {
            self.enter(job.sql()).await?;
        }
        let result = self.slot.exchange().run(job, rows).await;
        self.slot.settle();
        match (alone && job.repeat() > 1, &result) {
            (false, _) => {}
            (true, Ok(_)) => self.commit().await?,
            (true, Err(_)) => self.rollback().await?,
        }
        result
    }

    async fn begin_now(&mut self, begin: Begin, statement: Option<Arc<str>>) -> Result {
        self.enter(statement).await?;
        tracing::debug!(target: "aludel::sql", ?begin, "BEGIN");
        let result = self.slot.exchange().begin(begin).await;
        self.waiting &= result.is_err();
        self.slot.settle();
        result
    }

    async fn enter(&mut self, statement: Option<Arc<str>>) -> Result {
        let Some(queue) = self.driver.writers().filter(|_| !self.slot.has_ticket()) else { return Ok(()) };
        let ticket = queue.enter(statement.clone()).await?;
        self.slot.keep(ticket, statement.as_ref());
        Ok(())
    }
}

impl Run for Connection {
    fn run<'a>(&'a mut self, statement: &'a Statement, sink: &'a mut dyn Sink) -> Answer<'a, Result<Outcome>> {
        Answer::Later(Box::pin(async move { self.run_with(statement, sink, &mut ()).await }))
    }
}

#[diagnostic::do_not_recommend]
impl Executor for &mut Connection {
    type Mode = Plain;

    fn by_ref(&mut self) -> Exec<'_, Plain> {
        Exec::new(&mut **self)
    }
}
