//! `Engine::transaction`: a unit of work that is run again from its start where another one was in its way.

use std::collections::hash_map::RandomState;
use std::future::Future;
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aludel_engine::Begin;
use aludel_orm::Session;
use aludel_sql::{Error as DbError, ErrorKind};

use super::db::Home;
use super::{Db, Engine};
use crate::error::Result;

/// So often a unit of work is run at most.
const ATTEMPTS: u32 = 12;

/// The pause after the first failure; each is twice as long as the one before, up to the longest, and random from half of it on.
const FIRST_PAUSE: Duration = Duration::from_millis(4);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

impl Engine {
    /// Runs a unit of work in a transaction of its own: commits if it returns `Ok`, rolls back otherwise.
    ///
    /// Where the database ended it for another transaction that ran at the same time (a serialization failure, a deadlock), it
    /// runs again from its start, with a fresh session and after a pause, up to twelve times. So the closure may be called more
    /// than once: what it does besides the database, such as sending a mail, belongs behind it. On SQLite all but the first
    /// attempt have the place of the writer from their beginning.
    ///
    /// ```
    /// # use aludel::prelude::*;
    /// # #[derive(Model)] #[table(name = "accounts")] struct Account { #[column(primary_key)] id: i64, cents: i64 }
    /// # async fn pay(engine: &Engine) -> Result {
    /// engine
    ///     .transaction(async |mut db| {
    ///         let account = db.get::<Account>(1).await?.or_404()?;
    ///         db[account].cents -= 100;
    ///         Ok(())
    ///     })
    ///     .await
    /// # }
    /// ```
    ///
    /// # Errors
    /// What the closure returns, and the commit; after the last attempt what stood in its way. A commit whose answer never came
    /// ([`ErrorKind::CommitUnknown`]) is not tried again: it may well have happened.
    pub async fn transaction<T, F, W>(&self, work: W) -> Result<T>
    where
        W: FnMut(Db) -> F,
        F: Future<Output = Result<T>>,
    {
        self.transaction_with(Begin::default(), work).await
    }

    /// As [`transaction`](Engine::transaction), with an isolation of its own: `Begin::default().isolation(Isolation::Serializable)`
    /// makes units of work that read and then write as if they ran one after another.
    ///
    /// # Errors
    /// As [`transaction`](Engine::transaction).
    pub async fn transaction_with<T, F, W>(&self, begin: Begin, mut work: W) -> Result<T>
    where
        W: FnMut(Db) -> F,
        F: Future<Output = Result<T>>,
    {
        let mut begin = begin;
        for attempt in 1.. {
            let error = match self.attempt(begin, &mut work).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let may_succeed = error.downcast_ref::<DbError>().is_some_and(|error| *error.kind() == ErrorKind::Serialization);
            if !may_succeed || attempt == ATTEMPTS {
                return Err(error);
            }
            tracing::debug!(target: "aludel::sql", attempt, "another transaction was in the way: the unit of work runs again");
            // With the place of the writer from the beginning nobody can be in the way a second time.
            begin.immediate |= self.begins_at_first_write() && !begin.read_only;
            tokio::time::sleep(pause(attempt)).await;
        }
        Err(DbError::usage("a unit of work is tried at least once").into())
    }

    async fn attempt<T, F: Future<Output = Result<T>>>(&self, begin: Begin, work: &mut impl FnMut(Db) -> F) -> Result<T> {
        let mut session = Box::new(self.session());
        if begin != Begin::default() {
            session.begin(begin).await?;
        }
        let returned = Arc::new(Returned::default());
        let result = work(Db::lend(session, Arc::clone(&returned) as _)).await;
        let returned = returned.lock().take();
        let Some(mut session) = returned else {
            return Err(DbError::usage("the session of a transaction was kept beyond its closure")
                .hint("use it within the closure only, and let it go at its end")
                .into());
        };
        match result {
            Ok(value) => session.commit().await.map(|()| value).map_err(Into::into),
            Err(error) => {
                // The first error is the one to tell; a connection that cannot roll back is not used again.
                let _told_already = session.rollback().await;
                Err(error)
            }
        }
    }
}

/// The session of an attempt, once it has come back.
#[derive(Default)]
struct Returned(Mutex<Option<Box<Session>>>);

impl Returned {
    fn lock(&self) -> MutexGuard<'_, Option<Box<Session>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Home for Returned {
    fn take_back(&self, session: Box<Session>) {
        *self.lock() = Some(session);
    }
}

fn pause(attempt: u32) -> Duration {
    let longest = FIRST_PAUSE.saturating_mul(1 << attempt.min(16)).min(LONGEST_PAUSE);
    // Any number will do that differs from task to task, so that they do not meet again.
    let random = RandomState::new().hash_one(attempt) % 1000;
    longest / 2 + longest.mul_f64(random as f64 / 2000.0)
}
