//! How a connection sets a nested transaction, lets go of it and goes back to its beginning.

use aludel_sql::{Error, Result};

use super::connection::{Connection, Stage};
use super::level::Level;
use crate::faults::Fault;
use crate::port::Savepoint;

impl Connection {
    /// Begins a transaction within the open one.
    pub(super) async fn nest(&mut self, depth: u32) -> Result<Level> {
        self.ready().await?;
        self.check_stage()?;
        if self.has_written() {
            self.step(Savepoint::Set(depth)).await?;
            return Ok(Level { depth, is_set: true });
        }
        match self.stage {
            Stage::Waiting => Ok(Level { depth, is_set: false }),
            Stage::Idle | Stage::Begun => Err(Error::usage("there is no transaction that another one could be nested in")),
        }
    }

    /// Keeps what a nested transaction did, as a part of the one around it.
    pub(super) async fn release(&mut self, level: Level) -> Result {
        self.ready().await?;
        self.check_stage()?;
        match level.is_set {
            true => self.step(Savepoint::Release(level.depth)).await,
            false => Ok(()),
        }
    }

    /// Takes back what a nested transaction did.
    pub(super) async fn go_back(&mut self, level: Level) -> Result {
        self.leave(level);
        self.ready().await?;
        self.check_stage()
    }

    /// Hears that a nested transaction was dropped without an end.
    pub(super) fn leave(&mut self, level: Level) {
        if !self.slot.has_fault(Fault::NotTakenBack) {
            self.left = Some(level.outer(self.left));
        }
    }

    /// Takes back what a nested transaction did that was left. If that cannot be, the whole transaction is rolled back, and
    /// nothing runs in its place.
    pub(super) async fn take_back(&mut self) -> Result {
        let Some(level) = self.left.take() else { return Ok(()) };
        if !level.is_set {
            self.roll_back_now().await?;
            // What was written is gone, and the transaction waits for its first write again.
            self.stage = Stage::Waiting;
            return Ok(());
        }
        // Where the database has ended the transaction, the next statement of it says so.
        if !self.has_written() {
            return Ok(());
        }
        let result = self.take_back_to(level.depth).await;
        if result.is_err() {
            // It counts as begun still, so that nothing runs in its place.
            self.slot.abandon();
        }
        result
    }

    async fn take_back_to(&mut self, depth: u32) -> Result {
        self.step(Savepoint::RollBack(depth)).await?;
        self.step(Savepoint::Release(depth)).await
    }
}
