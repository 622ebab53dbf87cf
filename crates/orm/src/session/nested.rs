//! `Savepoint`: a transaction within a session's transaction; gone back to, the database and the objects are as they were when it was set.

use std::sync::Arc;

use aludel_engine::Savepoint as Step;
use aludel_sql::{Error, Result};

use super::Session;
use super::lease::Ending;
use super::levels::{Level, depth_of};

/// What is done in a session from [`begin_nested`](Session::begin_nested) on. [`commit`](Savepoint::commit) keeps it as a part of
/// the transaction, [`rollback`](Savepoint::rollback) takes it back. If it is dropped, as by `?`, it is taken back too: the
/// objects at the next call that may change the session, the rows with its next statement.
#[must_use = "what is done after a savepoint that is dropped is taken back"]
#[derive(Debug)]
pub struct Savepoint(Arc<()>);

impl Savepoint {
    /// Flushes, and keeps what was done since as a part of the transaction around it, of which the session's `commit` makes it last.
    /// Savepoints that were set since end with it.
    ///
    /// # Errors
    /// As [`flush`](Session::flush), and what was done since is taken back then: who wants to mend it flushes first.
    /// [`ErrorKind::Usage`](aludel_sql::ErrorKind::Usage) if it has ended with its transaction or with a savepoint around it, or is
    /// of another session.
    pub async fn commit(self, db: &mut Session) -> Result {
        db.ready().await?;
        let at = db.level(&self)?;
        db.flush().await?;
        if db.nested.levels[at].is_set {
            let depth = depth_of(at);
            db.open().await?.savepoint(Step::Release(depth)).await?;
        }
        db.arenas.close_levels(at);
        db.nested.levels.truncate(at);
        Ok(())
    }

    /// Takes back what was done since, flushed or not, in the database and in memory: added objects are gone, changed and deleted
    /// ones are as they were. The transaction goes on.
    ///
    /// # Errors
    /// What the database answers; everything is rolled back then. [`ErrorKind::Usage`](aludel_sql::ErrorKind::Usage) as for
    /// [`commit`](Savepoint::commit).
    pub async fn rollback(self, db: &mut Session) -> Result {
        db.tend();
        let at = db.level(&self)?;
        db.fall_back(at);
        db.catch_up().await
    }
}

impl Session {
    /// Flushes, and sets a savepoint: what is done from here on can be kept or taken back by itself, to any depth.
    ///
    /// `commit` and `rollback` of the session end the whole transaction, with all its savepoints.
    ///
    /// # Errors
    /// As [`flush`](Session::flush).
    pub async fn begin_nested(&mut self) -> Result<Savepoint> {
        self.flush().await?;
        let depth = self.nested.depth() + 1;
        let is_set = self.set(Step::Set(depth)).await?;
        let mark = Arc::new(());
        self.arenas.open_level();
        self.nested.levels.push(Level { mark: Arc::clone(&mark), is_set });
        Ok(Savepoint(mark))
    }

    /// Sets a savepoint, unless the database has no transaction yet and would not begin one before the first write.
    async fn set(&mut self, step: Step) -> Result<bool> {
        let has_begun = self.lease.take()?.is_some_and(|connection| connection.has_written());
        if !has_begun && self.engine.begins_at_first_write() {
            return Ok(false);
        }
        self.open().await?.savepoint(step).await?;
        Ok(true)
    }

    /// Which of the open ones it is, counted from 0.
    fn level(&self, savepoint: &Savepoint) -> Result<usize> {
        let found = self.nested.levels.iter().position(|level| Arc::ptr_eq(&level.mark, &savepoint.0));
        found.ok_or_else(|| {
            Error::usage("the savepoint is not one of this session, or has ended with its transaction or with a savepoint around it")
                .hint("end savepoints before what is around them, the last one first")
        })
    }

    /// Takes back what was done since a savepoint that was dropped.
    pub(super) fn tend(&mut self) {
        if !self.nested.levels.is_empty() {
            self.tend_levels();
        }
    }

    #[cold]
    fn tend_levels(&mut self) {
        let dropped = self.nested.levels.iter().position(|level| Arc::strong_count(&level.mark) == 1);
        if let Some(at) = dropped {
            self.fall_back(at);
        }
    }

    /// Takes back in memory what was done since a savepoint; also of a flush that was cancelled.
    fn fall_back(&mut self, at: usize) {
        self.flushing = false;
        self.arenas.back_to_level(at);
        self.nested.behind = self.nested.levels.get(at).map(|level| (depth_of(at), level.is_set));
        self.nested.levels.truncate(at);
    }

    /// Has the database follow the memory, if that has gone back to a savepoint.
    async fn catch_up(&mut self) -> Result {
        let Some((depth, is_set)) = self.nested.behind else { return Ok(()) };
        if let Err(error) = self.go_back_to(depth, is_set).await {
            // This error is the one to tell; a connection that cannot roll back is not used again.
            let _told_already = self.lease.end(Ending::Rollback).await;
            self.restore();
            return Err(error.hint("the database has ended the whole transaction; it is as after a rollback"));
        }
        self.nested.behind = None;
        Ok(())
    }

    async fn go_back_to(&mut self, depth: u32, is_set: bool) -> Result {
        let Some(mut connection) = self.lease.take()? else { return Ok(()) };
        if !is_set {
            return connection.rollback().await;
        }
        connection.savepoint(Step::RollBack(depth)).await?;
        connection.savepoint(Step::Release(depth)).await
    }

    /// Makes the session fit for a statement, after savepoints were dropped.
    pub(super) async fn ready(&mut self) -> Result {
        if !self.nested.is_idle() {
            self.tend();
            Box::pin(self.catch_up()).await?;
        }
        self.refuse_interrupted()
    }
}
