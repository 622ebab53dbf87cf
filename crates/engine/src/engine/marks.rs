//! What a connection leaves of its writes: a row by which a commit is known, and a note of who has written.

use std::any::Any;
use std::sync::Arc;

use aludel_sql::{CommitToken, Discard, Error, ErrorKind, Result, Shape, Sink, Statement};

use super::blame::blame;
use super::connection::Connection;
use super::tokens;
use super::written::{Noted, Noting};
use crate::faults::Fault;

impl Connection {
    /// Notes at its end that the owner has written.
    pub(super) fn notes(&self, missing: Fault) -> Noting {
        let noted = match () {
            () if self.slot.has_fault(missing) => Noted::Never,
            () if self.slot.has_fault(Fault::OldPosition) => Noted::OldPosition,
            () => Noted::Rightly,
        };
        Noting::new(self.writes.as_ref(), noted)
    }

    /// The error of a commit that was not answered.
    #[cold]
    pub(super) fn unanswered(&self, error: Error, token: Option<CommitToken>) -> Result {
        match () {
            () if self.slot.has_fault(Fault::UnknownAsDone) => Ok(()),
            () if self.slot.has_fault(Fault::UnknownAsBroken) => Err(Error::new(ErrorKind::Disconnected, "the connection broke")),
            () if token.is_some() => Err(error.with_commit_token(token)),
            () => Err(error),
        }
    }

    /// Writes the row by which the open transaction is known.
    pub(super) async fn leave_token(&mut self) -> Result<Option<CommitToken>> {
        let backend = Arc::clone(&self.backend);
        let left = async {
            tokens::prepare(&backend).await?;
            let (token, statement) = tokens::new();
            self.run_quickly(&statement).await.map(|()| token)
        };
        match left.await {
            Ok(token) => Ok(Some(token)),
            // The transaction has failed before, and the commit says so.
            Err(error) if *error.kind() == ErrorKind::Usage => Ok(None),
            Err(error) => {
                // The first error is the one to tell; a connection that cannot roll back is closed at its return.
                let _told_already = self.rollback().await;
                Err(error.and_hint("the transaction was rolled back, since it could not leave its row in `aludel_commits`"))
            }
        }
    }

    pub(super) async fn clean_tokens(&mut self) {
        if tokens::is_time_to_clean(&self.backend)
            && let Err(error) = self.run_quickly(&tokens::clean(&self.backend)).await
        {
            tracing::debug!(target: "aludel::sql", %error, "old rows of `aludel_commits` stay for now");
        }
    }

    /// Runs a statement of our own, without rows.
    async fn run_quickly(&mut self, statement: &Statement) -> Result {
        let backend = Arc::clone(&self.backend);
        let shape = Shape::of(statement, backend.dialect())?;
        let job = backend.job(statement, &shape);
        let mut rows = (&mut Discard as &mut dyn Sink, &mut () as &mut (dyn Any + Send));
        self.exchange(&job, &mut rows).await.map(drop).map_err(|error| blame(error, &job))
    }
}
