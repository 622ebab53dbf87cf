//! Statements that do not wait for one another.

use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use aludel_sql::{Discard, Executable, Result, Shape, Statement, calling};

use super::connection::Connection;
use crate::events::Watched;
use crate::port::{Job, Rows};

impl Connection {
    /// Runs statements of which none needs what another one comes to, in their order, and returns the number of rows that each
    /// has changed. PostgreSQL gets all of them at once, and they cost two round trips at most, however many they are;
    /// elsewhere they run one after the other.
    ///
    /// Outside of a transaction each is a transaction of its own: what ran before one that fails stays.
    ///
    /// # Errors
    /// That of the first statement that fails.
    #[track_caller]
    pub fn execute_all<S: Executable>(&mut self, statements: impl IntoIterator<Item = S>) -> impl Future<Output = Result<Vec<u64>>> + Send {
        let statements: Vec<_> = statements.into_iter().map(Executable::into_statement).collect();
        calling(Location::caller(), self.run_many(statements))
    }

    async fn run_many(&mut self, statements: Vec<Statement>) -> Result<Vec<u64>> {
        let backend = Arc::clone(self.backend());
        if !backend.driver.pipelines() {
            let mut affected = Vec::with_capacity(statements.len());
            for statement in &statements {
                affected.push(self.run_with(statement, &mut Discard, &mut ()).await?.affected);
            }
            return Ok(affected);
        }
        let shapes = statements.iter().map(|statement| Shape::of(statement, backend.dialect())).collect::<Result<Vec<_>>>()?;
        let jobs: Vec<Job<'_>> = statements.iter().zip(&shapes).map(|(statement, shape)| backend.job(statement, shape)).collect();
        let watched: Vec<_> = jobs.iter().map(|job| Watched::begin(&backend.events, || job.sql(), job.repeat())).collect();
        let mut takers: Vec<_> = jobs.iter().map(|_job| (Discard, ())).collect();
        let mut pairs: Vec<_> = takers
            .iter_mut()
            .map(|(sink, tracker)| (sink as &mut dyn aludel_sql::Sink, tracker as &mut (dyn std::any::Any + Send)))
            .collect();
        let mut rows: Vec<&mut dyn Rows> = pairs.iter_mut().map(|pair| pair as &mut dyn Rows).collect();
        let outcomes = self.exchange_all(&jobs, &mut rows).await?;
        for (watched, outcome) in watched.into_iter().zip(&outcomes) {
            if let Some(watched) = watched {
                watched.end(&Ok(*outcome));
            }
        }
        Ok(outcomes.iter().map(|outcome| outcome.affected).collect())
    }
}
