//! Statements that do not wait for one another.

use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use aludel_sql::{Discard, Executable, Outcome, Result, RowRef, Shape, Statement, Step, calling};

use super::connection::Connection;
use crate::events::Watched;
use crate::port::{Job, Rows};

impl Connection {
    /// Runs statements of which none needs what another one comes to, in their order, and returns the number of rows that each
    /// has changed. PostgreSQL gets all of them at once, and they cost two round trips at most, however many they are;
    /// elsewhere they run one after the other.
    ///
    /// Outside of a transaction each is a transaction of its own: what ran before one that fails stays, and on PostgreSQL those
    /// behind it run as well, since they are on their way by then. In a transaction none of them does.
    ///
    /// # Errors
    /// That of the first statement that fails.
    #[track_caller]
    pub fn execute_all<S: Executable>(&mut self, statements: impl IntoIterator<Item = S>) -> impl Future<Output = Result<Vec<u64>>> + Send {
        let statements: Vec<_> = statements.into_iter().map(Executable::into_statement).collect();
        calling(Location::caller(), self.run_many(statements))
    }

    async fn run_many(&mut self, statements: Vec<Statement>) -> Result<Vec<u64>> {
        let backend = Arc::clone(&self.backend);
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
        let mut ran: Vec<_> = jobs.iter().map(|_job| Ran::default()).collect();
        let mut rows: Vec<&mut dyn Rows> = ran.iter_mut().map(|ran| ran as &mut dyn Rows).collect();
        let result = self.exchange_all(&jobs, &mut rows).await;
        let mut error = result.as_ref().err();
        for (watched, Ran(outcome)) in watched.into_iter().zip(&ran) {
            // The first without an outcome is the one that has failed; of those behind it nothing is known.
            let told = outcome.as_ref().map(Ok).or_else(|| error.take().map(Err));
            if let (Some(watched), Some(told)) = (watched, told) {
                watched.end(told);
            }
        }
        Ok(result?.iter().map(|outcome| outcome.affected).collect())
    }
}

/// What one of the statements came to. Its rows are passed over.
#[derive(Default)]
struct Ran(Option<Outcome>);

impl Rows for Ran {
    fn row(&mut self, _row: &dyn RowRef) -> Result<Step> {
        Ok(Step::More)
    }

    fn executed(&mut self, outcome: Outcome) {
        self.0 = Some(outcome);
    }
}
