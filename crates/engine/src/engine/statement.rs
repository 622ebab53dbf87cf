//! How a connection runs a statement: watched, in the place of the writer where it writes, its errors explained.

use std::sync::Arc;

use aludel_sql::{Access, Constraint, Error, Integrity, Outcome, Result, Statement, TableRef};
use tracing::Instrument;

use super::blame::blame;
use super::connection::{Connection, Stage};
use super::counted::Counted;
use super::silence::run;
use super::tokens;
use crate::events::Watched;
use crate::fair;
use crate::faults::Fault;
use crate::port::{Begin, Job, Rows};
#[cfg(feature = "planted-faults")]
use aludel_sql::Value;

impl Connection {
    /// Runs a statement, and tells who listens what it came to.
    pub(super) async fn run_job(&mut self, job: &Job<'_>, rows: &mut dyn Rows) -> Result<Outcome> {
        fair::give_way().await;
        let events = Arc::clone(&self.backend.events);
        let result = match Watched::begin(&events, || job.sql(), job.repeat()) {
            None => self.run_quietly(job, rows).await,
            Some(mut watched) => {
                let span = watched.span();
                let mut counted = Counted { rows, count: &mut watched.rows };
                // In a box, so that nobody else carries the room for it.
                let result = Box::pin(self.run_quietly(job, &mut counted).instrument(span)).await;
                watched.end(result.as_ref());
                result
            }
        };
        match result {
            Ok(outcome) => Ok(outcome),
            Err(error) => Err(Box::pin(self.explained(blame(error, job), job)).await),
        }
    }

    /// Names a violated foreign key that neither the database nor the statement names.
    async fn explained(&mut self, error: Error, job: &Job<'_>) -> Error {
        let unnamed = |integrity: &Integrity| integrity.kind == Constraint::ForeignKey && integrity.constraint.is_none();
        if !error.as_integrity().is_some_and(unnamed) {
            return error;
        }
        let mut exchange = self.slot.exchange();
        let found = exchange.raw().violated(job).await;
        exchange.end();
        // What fails here is no better known than before.
        let error = match found {
            Ok(Some(found)) => error.refine(|integrity| *integrity = found),
            Ok(None) | Err(_) => error,
        };
        // Another table than the one that was to change is one that points at it.
        let elsewhere = |table: &TableRef| error.as_integrity().is_some_and(|it| it.table.as_ref().is_some_and(|name| *name != table.name));
        match job.statement() {
            Statement::Delete(_) => {
                error.hint("other rows still point at what would be deleted: delete them first, or let them point elsewhere")
            }
            Statement::Update(tree) if elsewhere(&tree.table) => {
                error.hint("other rows still point at what would be changed: change or delete them first")
            }
            _ => error,
        }
    }

    async fn run_quietly(&mut self, job: &Job<'_>, rows: &mut dyn Rows) -> Result<Outcome> {
        self.ready().await?;
        self.check_stage()?;
        let result = match self.writes(job).await? {
            true => self.write(job, rows).await,
            false => self.exchange(job, rows).await,
        };
        // A raw BEGIN has begun the transaction that was waiting for its first write.
        if self.stage == Stage::Waiting && self.slot.in_transaction() {
            self.stage = Stage::Begun;
        }
        result
    }

    #[cfg(not(feature = "planted-faults"))]
    pub(super) fn exchange<'e>(
        &'e mut self,
        job: &'e Job<'_>,
        rows: &'e mut dyn Rows,
    ) -> impl Future<Output = Result<Outcome>> + Send + 'e {
        self.exchange_now(job, rows)
    }

    /// Asks now and then what another one wants to know, or tells something else than the error, if that is the fault.
    #[cfg(feature = "planted-faults")]
    pub(super) async fn exchange(&mut self, job: &Job<'_>, rows: &mut dyn Rows) -> Result<Outcome> {
        let result = match (job.repeat(), job.binds(0)) {
            (1, [Value::Int(asked)]) if self.slot.has_fault(Fault::ForeignAnswer) => {
                let number = self.slot.number(*asked);
                let connection = &mut *self;
                Box::pin(async move { connection.exchange_now(&job.asking(&[Value::Int(number)]), rows).await }).await
            }
            _ => self.exchange_now(job, rows).await,
        };
        result.map_err(|error| self.slot.told(error))
    }

    async fn exchange_now(&mut self, job: &Job<'_>, rows: &mut dyn Rows) -> Result<Outcome> {
        let mut exchange = self.slot.exchange();
        let result = run(&mut exchange, self.backend.silence, (job, rows)).await;
        exchange.end();
        result
    }

    pub(super) async fn writes(&mut self, job: &Job<'_>) -> Result<bool> {
        let access = match job.access() {
            Access::Unknown => {
                let mut exchange = self.slot.exchange();
                let result = exchange.raw().access(job).await;
                exchange.end();
                result?
            }
            access => access,
        };
        Ok(access != Access::Read)
    }

    /// Runs a statement that writes, in the place of the writer where there is one. Many rows are one transaction.
    async fn write(&mut self, job: &Job<'_>, rows: &mut dyn Rows) -> Result<Outcome> {
        let marks = || self.backend.commit_tokens && tokens::marks(job.statement(), job.sql().as_deref());
        if !self.is_open() && (job.repeat() > 1 || marks()) {
            return Box::pin(self.write_whole(job, rows)).await;
        }
        self.prepare_to_write(Some(job)).await?;
        self.wrote = true;
        let noting = self.notes(Fault::WriteNotNoted);
        let result = self.exchange(job, rows).await;
        if self.slot.in_transaction() {
            // Its end is noted.
            noting.forget();
        }
        result
    }

    /// Begins the transaction that waits for its first write, or takes the place of the writer.
    pub(super) async fn prepare_to_write(&mut self, job: Option<&Job<'_>>) -> Result {
        let sql = || job.and_then(Job::sql);
        if self.stage == Stage::Waiting {
            self.begin_now(Begin::IMMEDIATE, sql()).await?;
            self.stage = Stage::Begun;
        } else if !(self.slot.in_transaction() && self.slot.has_ticket()) {
            self.enter(sql()).await?;
        }
        Ok(())
    }

    async fn write_whole(&mut self, job: &Job<'_>, rows: &mut dyn Rows) -> Result<Outcome> {
        self.begin_now(Begin::IMMEDIATE, job.sql()).await?;
        self.wrote = true;
        let result = self.exchange(job, rows).await;
        match result {
            Ok(outcome) => self.commit().await.map(|()| outcome),
            Err(error) => {
                // The first error is the one to tell; a connection that cannot roll back is closed at its return.
                self.slot.abandon();
                Err(error)
            }
        }
    }
}
