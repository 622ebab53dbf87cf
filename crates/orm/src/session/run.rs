//! How a session runs statements: what it reads it tracks, what it writes belongs to its transaction.

use aludel_engine::{Begin, Started};
use aludel_sql::{Access, Batches, BoxFuture, Dialect, Exec, Executor, Outcome, Result, Run, Sink, Statement};

use super::Session;
use super::lease::Taken;
use crate::arena::Tracked;
use crate::flush::is_idle;

impl Session {
    /// Runs a statement: on the transaction's connection, or, where reading needs no transaction and none has begun,
    /// on one that is given back at once; of a raw statement the database is asked whether it only reads.
    pub(super) async fn execute(&mut self, statement: &Statement, sink: &mut dyn Sink) -> Result<Outcome> {
        self.ready().await?;
        self.autoflush(statement).await?;
        match self.with_keys(statement)? {
            Some(statement) => self.execute_unflushed(&statement, sink).await,
            None => self.execute_unflushed(statement, sink).await,
        }
    }

    /// As [`execute`](Session::execute), whatever waits to be flushed.
    pub(super) async fn execute_unflushed(&mut self, statement: &Statement, sink: &mut dyn Sink) -> Result<Outcome> {
        self.ready().await?;
        // Before the place of the writer is waited for, and kept from others.
        let engine = self.engine.clone();
        let shape = engine.shape(statement)?;
        if !self.lease.is_held()? && self.engine.begins_at_first_write() && statement.access() != Access::Write {
            let mut connection = engine.for_statement().await?;
            if connection.only_reads(statement, &shape).await? {
                let outcome = connection.run_shaped(statement, &shape, sink, &mut self.arenas).await?;
                // A raw BEGIN reads too.
                if connection.is_open() {
                    self.lease.keep(connection)?;
                }
                return Ok(outcome);
            }
        }
        self.open().await?.run_shaped(statement, &shape, sink, &mut self.arenas).await
    }

    /// Runs a query without a future, where nothing is to be flushed first and no transaction has begun.
    fn read_at_once(&mut self, statement: &Statement, sink: &mut dyn Sink) -> Option<Result<Outcome>> {
        let plain = !self.flushing
            && self.nested.is_idle()
            && is_idle(&self.arenas)
            && self.engine.begins_at_first_write()
            && self.lease.is_held().is_ok_and(|held| !held);
        if !plain {
            return None;
        }
        match self.engine.run_at_once(statement, sink, &mut self.arenas)? {
            // It was refused before anything was sent; the long way puts the keys of the objects in.
            Err(_) if !statement.objects().is_empty() => None,
            result => Some(result),
        }
    }

    /// Inserts many rows within the transaction, behind what waits to be flushed: they may refer to it.
    async fn insert_bulk(&mut self, batches: &mut dyn Batches) -> Result<u64> {
        self.ready().await?;
        // A source may be slow, or empty: until its first rows are there, nothing is held.
        let Some(mut started) = Started::wait(batches, self.engine.dialect()).await? else { return Ok(0) };
        if self.autoflush {
            self.flush().await?;
        }
        self.open().await?.load(&mut started).await
    }

    /// The transaction's connection, for one call. Begins the transaction, if there is none.
    pub(super) async fn open(&mut self) -> Result<Taken> {
        if let Some(mut connection) = self.lease.take()? {
            if !connection.is_open() {
                connection.start(Begin::default()).await?;
            }
            return Ok(connection);
        }
        // Nothing else than a write comes here where reading needs no transaction.
        let connected = match self.engine.begins_at_first_write() {
            true => self.engine.connect_to_write().await,
            false => self.engine.connect().await,
        };
        self.failed |= connected.is_err();
        let mut connection = connected?;
        connection.start(Begin::default()).await?;
        self.lease.keep(connection)
    }
}

impl Run for Session {
    fn dialect(&self) -> &dyn Dialect {
        self.engine.dialect()
    }

    fn run<'a>(&'a mut self, statement: &'a Statement, sink: &'a mut dyn Sink) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(self.execute(statement, sink))
    }

    fn run_at_once(&mut self, statement: &Statement, sink: &mut dyn Sink) -> Option<Result<Outcome>> {
        self.read_at_once(statement, sink)
    }

    fn load<'a>(&'a mut self, batches: &'a mut dyn Batches) -> BoxFuture<'a, Result<u64>> {
        Box::pin(self.insert_bulk(batches))
    }
}

#[diagnostic::do_not_recommend]
impl Executor for &mut Session {
    type Mode = Tracked;

    fn by_ref(&mut self) -> Exec<'_, Tracked> {
        Exec::new(&mut **self)
    }
}
