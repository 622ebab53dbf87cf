//! How a session writes: flush, commit, rollback; and the flush that a query makes first.

use aludel_engine::{Begin, Connection, Savepoint};
use aludel_sql::{Error, ErrorKind, Result, Statement};

use super::Session;
use super::lease::{Ending, Taken};
use super::levels::Nested;
use crate::flush::{check, emit, has_changes, is_idle};

/// The depth of a flush's savepoint, which no other has.
const FLUSH: u32 = 0;

impl Session {
    /// Writes what has changed, within the transaction that is open or begins here.
    ///
    /// # Errors
    /// What the database answers. Nothing is lost then: what the flush wrote is taken back, objects and edits stay
    /// as they are, and after mending them one may flush again. Only where the database itself ends the whole
    /// transaction, as for want of disk space, it is as after a [`rollback`](Session::rollback).
    pub async fn flush(&mut self) -> Result {
        let result = self.flush_all().await;
        self.failed = result.is_err();
        result
    }

    async fn flush_all(&mut self) -> Result {
        self.ready().await?;
        if has_changes(&self.arenas) {
            check(&self.arenas)?;
            let connection = self.open().await?;
            self.flushing = true;
            let result = self.write(connection).await;
            self.flushing = false;
            result?;
        }
        self.arenas.flushed();
        Ok(())
    }

    /// Begins the transaction now, and not with the first statement that needs it: with another isolation than the database's
    /// own, as one that only reads, or with the place of the writer from its beginning ([`Begin::IMMEDIATE`]), so that nobody
    /// writes between what it reads and what it writes. One that only reads may run on a replica, see
    /// [`Engine::with_replicas`](aludel_engine::Engine::with_replicas).
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] if a transaction has begun; else what the database answers.
    pub async fn begin(&mut self, begin: Begin) -> Result {
        self.ready().await?;
        if self.lease.is_held()? {
            return Err(Error::usage("a transaction of this session has begun").hint("commit or roll back first"));
        }
        let mut connection = self.engine.connect_for(begin).await?;
        connection.start(begin).await?;
        self.lease.keep(connection)?;
        Ok(())
    }

    async fn write(&mut self, mut connection: Taken) -> Result {
        // What the transaction wrote before this flush must survive its failure.
        let savepoint = connection.has_written();
        if savepoint {
            connection.savepoint(Savepoint::Set(FLUSH)).await?;
        }
        let Err(error) = emit(&mut self.arenas, &mut connection).await else {
            if savepoint {
                connection.savepoint(Savepoint::Release(FLUSH)).await?;
            }
            return Ok(());
        };
        let earlier_stays = savepoint && connection.has_written() && go_back(&mut connection).await.is_ok();
        drop(connection);
        if earlier_stays {
            return Err(error);
        }
        // The error of the flush is the one to tell; a connection that cannot roll back is not used again.
        let _told_already = self.lease.end(Ending::Rollback).await;
        if savepoint {
            self.restore();
            return Err(error.hint("the database has ended the whole transaction; it is as after a rollback"));
        }
        Err(error)
    }

    /// Flushes, and makes the transaction last. Objects and their handles stay as they are.
    ///
    /// # Errors
    /// As [`flush`](Session::flush). If the commit itself fails, everything is rolled back, in memory too.
    pub async fn commit(&mut self) -> Result {
        self.flush().await?;
        if let Err(error) = self.lease.end(Ending::Commit).await {
            self.restore();
            return Err(error);
        }
        self.arenas.committed();
        self.nested = Nested::default();
        Ok(())
    }

    /// Takes back what the transaction did, in the database and in memory: added objects are gone, changed and
    /// deleted ones are as they were when it began.
    ///
    /// # Errors
    /// What the database answers; memory is restored all the same.
    pub async fn rollback(&mut self) -> Result {
        let result = self.lease.end(Ending::Rollback).await;
        self.restore();
        result
    }

    pub(super) fn restore(&mut self) {
        self.flushing = false;
        self.nested = Nested::default();
        self.arenas.rolled_back();
    }

    pub(super) fn refuse_interrupted(&self) -> Result {
        match self.flushing {
            false => Ok(()),
            true => Err(Error::usage("a flush of this session was cancelled half-way").hint("call `rollback` first")),
        }
    }

    /// Flushes if the statement would miss something: it reads a table with changes, names an object without a key, or
    /// nobody knows what it reads.
    pub(super) async fn autoflush(&mut self, statement: &Statement) -> Result {
        if !self.autoflush || is_idle(&self.arenas) {
            return Ok(());
        }
        let compiled = aludel_sql::compile(statement, self.engine.dialect())?;
        let mut changed = self.arenas.all().iter().filter(|arena| !arena.is_idle());
        let misses = changed.any(|arena| compiled.tables.is_empty() || compiled.tables.contains(&arena.mapping().table_ref()));
        if misses || self.names_pending(statement) {
            let flushed = self.flush().await;
            return flushed.map_err(|error| match error.kind() {
                // What a session cannot do at all has nothing to do with who asked for it.
                ErrorKind::Usage => error,
                _ => error.and_hint("the flush was made by a query, which reads a table with unflushed changes"),
            });
        }
        Ok(())
    }
}

/// Undoes a flush, and nothing of what was before it.
async fn go_back(connection: &mut Connection) -> Result {
    connection.savepoint(Savepoint::RollBack(FLUSH)).await?;
    connection.savepoint(Savepoint::Release(FLUSH)).await
}
