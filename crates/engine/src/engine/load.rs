//! Many rows into one table, batch by batch: within a transaction, so that all of them are there or none.

use std::sync::Arc;

use aludel_sql::run::next_batch;
use aludel_sql::{BatchSize, Batches, BulkProgress, Discard, Error, Outcome, Result, Shape, Statement};
use tracing::{Instrument, Span};

use super::blame::located;
use super::connection::Connection;
use super::handle::Engine;
use super::level::Level;
use super::started::Started;
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
        match Started::wait(batches, self.dialect()).await? {
            Some(mut started) => self.connect_to_write().await?.load_all(&mut started).await,
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
        match Started::wait(batches, self.backend.dialect()).await? {
            Some(mut started) => self.load_all(&mut started).await,
            None => Ok(0),
        }
    }

    async fn load_all(&mut self, batches: &mut Started<'_>) -> Result<u64> {
        fair::give_way().await;
        let loading = Loading::begin(self).await?;
        let result = match loading.connection.backend.driver.copies() {
            true => loading.connection.copy(batches).await,
            false => loading.connection.insert_all(batches).await,
        };
        loading.end(result).await
    }

    /// By statements.
    async fn insert_all(&mut self, batches: &mut Started<'_>) -> Result<u64> {
        let backend = Arc::clone(&self.backend);
        let size = BatchSize::of(backend.dialect(), batches.width());
        let (mut affected, mut rows) = (0, 0);
        while let Some(statement) = next_batch(batches, size).await? {
            let shape = Shape::of(&statement, backend.dialect())?;
            let (mut sink, mut tracker) = (Discard, ());
            affected += self.run_shaped(&statement, &shape, &mut sink, &mut tracker).await?.affected;
            rows += rows_of(&statement);
            batches.sent(BulkProgress::new(rows, None));
        }
        Ok(affected)
    }

    /// By the database's own stream.
    async fn copy(&mut self, batches: &mut Started<'_>) -> Result<u64> {
        let backend = Arc::clone(&self.backend);
        // An error is told by its columns later.
        let (sql, first) = match batches.first() {
            Some(first @ Statement::Insert(tree)) => (tree.to_copy(backend.dialect())?, first.clone()),
            _ => return Err(Error::usage("a batch of rows is no INSERT")),
        };
        let watched = Watched::begin(&backend.events, || Some(Arc::clone(&sql)), 1);
        let span = watched.as_ref().map_or_else(Span::none, Watched::span);
        let result = self.stream(batches).instrument(span).await.map(|affected| Outcome { affected, generated: None });
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

fn rows_of(statement: &Statement) -> u64 {
    match statement {
        Statement::Insert(tree) => tree.rows as u64,
        _ => 0,
    }
}
