//! Many rows into one table, batch by batch: within a transaction, so that all of them are there or none.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use aludel_sql::{BatchSize, Batches, BulkProgress, Discard, Error, Outcome, Result, Shape, Statement};
use tracing::{Instrument, Span};

use super::blame::located;
use super::connection::Connection;
use super::handle::Engine;
use super::level::Level;
use crate::events::Watched;
use crate::fair;

/// The depth of a nested transaction that no other has.
const LOAD: u32 = u32::MAX;

impl Engine {
    /// Inserts rows batch by batch, on a connection of its own and in a transaction of their own; returns how many there were.
    /// The connection is taken once the first batch is there.
    ///
    /// # Errors
    /// As [`connect`](Engine::connect); what the database answers; what `batches` returns.
    pub async fn load(&self, batches: &mut dyn Batches) -> Result<u64> {
        let size = BatchSize::of(self.dialect(), batches.width());
        match next(batches, size).await? {
            Some(first) => self.connect_to_write().await?.load_all(first, batches).await,
            None => Ok(0),
        }
    }
}

impl Connection {
    /// Inserts rows batch by batch, and returns how many there were: within the open transaction, or in one of their own.
    ///
    /// # Errors
    /// What the database answers; what `batches` returns. None of the rows is there then.
    pub async fn load(&mut self, batches: &mut dyn Batches) -> Result<u64> {
        let size = BatchSize::of(self.backend.dialect(), batches.width());
        match next(batches, size).await? {
            Some(first) => self.load_all(first, batches).await,
            None => Ok(0),
        }
    }

    async fn load_all(&mut self, first: Statement, batches: &mut dyn Batches) -> Result<u64> {
        fair::give_way().await;
        let loading = Loading::begin(self).await?;
        let result = match loading.connection.backend.driver.copies() {
            true => loading.connection.copy(first, batches).await,
            false => loading.connection.insert_all(first, batches).await,
        };
        loading.end(result).await
    }

    /// By statements.
    async fn insert_all(&mut self, first: Statement, batches: &mut dyn Batches) -> Result<u64> {
        let backend = Arc::clone(&self.backend);
        let size = BatchSize::of(backend.dialect(), batches.width());
        let (mut batch, mut affected, mut rows) = (Some(first), 0, 0);
        while let Some(statement) = batch {
            let shape = Shape::of(&statement, backend.dialect())?;
            let (mut sink, mut tracker) = (Discard, ());
            affected += self.run_shaped(&statement, &shape, &mut sink, &mut tracker).await?.affected;
            rows += rows_of(&statement);
            batches.sent(BulkProgress::new(rows, None));
            batch = next(batches, size).await?;
        }
        Ok(affected)
    }

    /// By the database's own stream.
    async fn copy(&mut self, first: Statement, batches: &mut dyn Batches) -> Result<u64> {
        let backend = Arc::clone(&self.backend);
        let sql = match &first {
            Statement::Insert(tree) => tree.to_copy(backend.dialect())?,
            _ => return Err(Error::usage("a batch of rows is no INSERT")),
        };
        let watched = Watched::begin(&backend.events, || Some(Arc::clone(&sql)), 1);
        let mut rows = Fed { first: Some(first.clone()), rest: batches };
        let span = watched.as_ref().map_or_else(Span::none, Watched::span);
        let result = self.stream(&mut rows).instrument(span).await.map(|affected| Outcome { affected, generated: None });
        if let Some(watched) = watched {
            watched.end(result.as_ref());
        }
        result.map(|outcome| outcome.affected).map_err(|error| located(error.statement(sql), &first))
    }
}

/// A load that has begun. Dropped before its end, it takes the whole transaction back.
struct Loading<'c> {
    connection: &'c mut Connection,
    /// Nested in the transaction that was open before, if one was.
    level: Option<Level>,
    ended: bool,
}

impl<'c> Loading<'c> {
    async fn begin(connection: &'c mut Connection) -> Result<Self> {
        let is_part = connection.is_open();
        connection.begin_load(is_part).await?;
        let mut loading = Self { connection, level: None, ended: false };
        if is_part {
            loading.level = Some(loading.connection.nest(LOAD).await?);
        }
        Ok(loading)
    }

    /// Lets the rows stay, or takes them back.
    async fn end(mut self, result: Result<u64>) -> Result<u64> {
        let ended = match (&result, self.level) {
            (Ok(_), Some(level)) => self.connection.release(level).await,
            (Ok(_), None) => self.connection.commit().await,
            (Err(_), Some(level)) => self.connection.go_back(level).await,
            (Err(_), None) => self.connection.rollback().await,
        };
        // What could not be taken back one by one goes with its transaction.
        self.ended = ended.is_ok();
        match result {
            Ok(rows) => ended.map(|()| rows),
            Err(error) => Err(error),
        }
    }
}

impl Drop for Loading<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.connection.slot.abandon();
        }
    }
}

/// The first batch, and those behind it.
struct Fed<'b> {
    first: Option<Statement>,
    rest: &'b mut dyn Batches,
}

impl Batches for Fed<'_> {
    fn width(&self) -> usize {
        self.rest.width()
    }

    fn poll_next(&mut self, context: &mut Context<'_>, most: BatchSize) -> Poll<Result<Option<Statement>>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Ok(Some(first))),
            None => self.rest.poll_next(context, most),
        }
    }

    fn sent(&mut self, progress: BulkProgress) {
        self.rest.sent(progress);
    }
}

/// Waits for the next batch.
async fn next(batches: &mut dyn Batches, size: BatchSize) -> Result<Option<Statement>> {
    poll_fn(|context| batches.poll_next(context, size)).await
}

fn rows_of(statement: &Statement) -> u64 {
    match statement {
        Statement::Insert(tree) => tree.rows as u64,
        _ => 0,
    }
}
