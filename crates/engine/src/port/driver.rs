//! `Driver`, `RawConnection` and `Rows`: what a driver implements.

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;
use std::task::{Context, Poll};

use aludel_sql::{
    Access, Answer, Batches, BoxFuture, ColumnDef, CommitToken, Dialect, Error, ErrorKind, Integrity, Outcome, Result, RowRef, Sink, Step,
};

use super::{Begin, CommitOutcome, Job, PoolOptions, Position, Savepoint, silent_server};
use crate::writer::WriterQueue;

/// A database that can be connected to.
pub trait Driver: Any + Debug + Send + Sync {
    /// How its SQL is written.
    fn dialect(&self) -> &dyn Dialect;

    /// What messages call the database: never a password.
    fn name(&self) -> &str;

    /// Opens a connection.
    ///
    /// # Errors
    /// [`ErrorKind::Connect`](aludel_sql::ErrorKind::Connect) with what to do about it.
    fn connect(&self) -> BoxFuture<'_, Result<Box<dyn RawConnection>>>;

    /// Opens a connection to the server that takes writes, where there are several.
    ///
    /// # Errors
    /// As [`connect`](Driver::connect).
    fn connect_primary(&self) -> BoxFuture<'_, Result<Box<dyn RawConnection>>> {
        self.connect()
    }

    /// The queue for the one place of a writer, if the database has only one. Asked after the first connection.
    fn writers(&self) -> Option<Arc<WriterQueue>> {
        None
    }

    /// Whether a read is answered at once, on the thread that asks: the answer of [`RawConnection::run`] is ready then.
    fn answers_reads_at_once(&self) -> bool {
        false
    }

    /// Whether a transaction begins only at its first write, so that reads before it hold nothing.
    fn begins_at_first_write(&self) -> bool {
        false
    }

    /// Whether its connections go over a wire, so that they can break while nobody uses them.
    fn is_remote(&self) -> bool {
        true
    }

    /// Whether several statements go out together, see [`RawConnection::run_all`].
    fn pipelines(&self) -> bool {
        false
    }

    /// Whether many rows go by a stream of the database's own, see [`RawConnection::load`].
    fn copies(&self) -> bool {
        false
    }

    /// Whether its servers can follow one another and tell how far they have come, see [`RawConnection::position`].
    fn follows(&self) -> bool {
        false
    }

    /// How many connections, for how long, unless the user says otherwise.
    fn pool(&self) -> PoolOptions {
        PoolOptions::default()
    }
}

/// A connection, as a driver has it. One exchange at a time.
///
/// A future that is dropped before it is ready may leave the connection in the middle of an exchange; the engine
/// marks it then and calls [`reset`](RawConnection::reset), or closes it.
pub trait RawConnection: Any + Send {
    /// Runs a statement as often as the job says, and gives each row to `rows`.
    ///
    /// # Errors
    /// What the database answers, by kind, without values; what `rows` returns.
    fn run<'a>(&'a mut self, job: &'a Job<'_>, rows: &'a mut dyn Rows) -> Answer<'a, Result<Outcome>>;

    /// Runs statements of which none needs another's rows, in this order: all go out together where the wire allows it. Each
    /// has its own taker of rows. After an error none of the later ones has run, inside of a transaction; outside of one each
    /// is its own transaction.
    ///
    /// # Errors
    /// That of the first statement that fails, with its text.
    fn run_all<'a, 'r: 'a>(&'a mut self, jobs: &'a [Job<'_>], rows: &'a mut [&'r mut dyn Rows]) -> Answer<'a, Result<Vec<Outcome>>> {
        Answer::Later(Box::pin(async move {
            let mut outcomes = Vec::with_capacity(jobs.len());
            for (job, rows) in jobs.iter().zip(rows) {
                outcomes.push(self.run(job, &mut **rows).await.map_err(|error| job.blame(error))?);
            }
            Ok(outcomes)
        }))
    }

    /// Inserts rows as they come, by a stream of the database's own, and returns how many there were. Asked only where
    /// [`Driver::copies`] says so, and within a transaction.
    ///
    /// # Errors
    /// What the database answers; what `rows` returns.
    fn load<'a>(&'a mut self, _rows: &'a mut dyn Batches) -> Answer<'a, Result<u64>> {
        Answer::ready(Err(Error::new(ErrorKind::Unsupported, "the driver has no stream for many rows")))
    }

    /// Tells whether a raw statement writes; what cannot be told counts as one that does.
    ///
    /// # Errors
    /// What the database answers to the text.
    fn access<'a>(&'a mut self, _job: &'a Job<'_>) -> Answer<'a, Result<Access>> {
        Answer::ready(Ok(Access::Write))
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// What the database answers.
    fn begin(&mut self, begin: Begin) -> Answer<'_, Result>;

    /// Sets a savepoint in the open transaction, lets go of it, or goes back to it.
    ///
    /// # Errors
    /// What the database answers.
    fn savepoint(&mut self, step: Savepoint) -> Answer<'_, Result>;

    /// Commits. After an error no transaction is open.
    ///
    /// # Errors
    /// What the database answers; [`ErrorKind::CommitUnknown`](aludel_sql::ErrorKind::CommitUnknown) if it did not.
    fn commit(&mut self) -> Answer<'_, Result>;

    /// Rolls back; nothing to do if no transaction is open.
    ///
    /// # Errors
    /// What the database answers.
    fn rollback(&mut self) -> Answer<'_, Result>;

    /// Whether the *database* says that a transaction is open.
    fn in_transaction(&self) -> bool;

    /// Whether it is as a new one, so that it can be lent to the next one who asks.
    fn is_fit(&self) -> bool {
        !self.in_transaction()
    }

    /// Brings the connection back to where nothing is open, and makes sure that it is there.
    ///
    /// # Errors
    /// If it cannot be brought there: the connection is closed then.
    fn reset(&mut self) -> Answer<'_, Result>;

    /// Which foreign key a statement has violated, where the error does not say; asked after the refusal. None if it cannot be told.
    ///
    /// # Errors
    /// What the database answers.
    fn violated<'a>(&'a mut self, _job: &'a Job<'_>) -> Answer<'a, Result<Option<Integrity>>> {
        Answer::ready(Ok(None))
    }

    /// Makes sure that the server answers. The engine bounds the time.
    ///
    /// # Errors
    /// [`ErrorKind::Disconnected`](aludel_sql::ErrorKind::Disconnected) if it does not.
    fn ping(&mut self) -> Answer<'_, Result> {
        Answer::ready(Ok(()))
    }

    /// What asks the database, from elsewhere, to end the statement that runs on this connection.
    fn canceller(&self) -> Option<Canceller> {
        None
    }

    /// What asks the server, over another connection, whether it is at work for this one. Without one, its answers are waited for
    /// however long they take.
    fn watch(&self) -> Option<Watch> {
        None
    }

    /// Closes the connection, whose server does not answer and is not at work.
    ///
    /// Returns the error of what was under way.
    fn give_up(&mut self) -> Error {
        silent_server()
    }

    /// What became of a transaction whose COMMIT was not answered, on another connection than its own.
    ///
    /// # Errors
    /// What the database answers.
    fn resolve_commit<'a>(&'a mut self, _token: &'a CommitToken) -> Answer<'a, Result<CommitOutcome>> {
        Answer::ready(Ok(CommitOutcome::Unknown))
    }

    /// How far the server has come that takes the writes: all that is committed by now is before it.
    ///
    /// # Errors
    /// What the database answers; [`ErrorKind::Unsupported`] if the driver does not [follow](Driver::follows).
    fn position(&mut self) -> Answer<'_, Result<Position>> {
        Answer::ready(Err(Error::new(ErrorKind::Unsupported, "the driver does not tell how far its server has come")))
    }

    /// Whether this server has come as far, by repeating what another one has done.
    ///
    /// # Errors
    /// As [`position`](RawConnection::position).
    fn has_reached<'a>(&'a mut self, _position: &'a Position) -> Answer<'a, Result<bool>> {
        Answer::ready(Err(Error::new(ErrorKind::Unsupported, "the driver does not tell how far its server has come")))
    }

    /// The columns of a table as the database has them; none if there is no such table.
    ///
    /// # Errors
    /// What the database answers.
    fn columns<'a>(&'a mut self, table: &'a str) -> Answer<'a, Result<Vec<ColumnDef>>>;
}

/// Asks a server to end a statement. Whether it does is seen on the connection.
pub type Canceller = Arc<dyn Fn() -> BoxFuture<'static, Result> + Send + Sync>;

/// Asks a server whether it is at work for a connection; it is, too, if nobody can tell.
pub type Watch = Arc<dyn Fn() -> BoxFuture<'static, Result<bool>> + Send + Sync>;

/// Where the rows of a statement go.
pub trait Rows: Send {
    /// Takes the row that the driver stands on.
    ///
    /// # Errors
    /// What does not fit; it ends the statement.
    fn row(&mut self, row: &dyn RowRef) -> Result<Step>;

    /// Whether it may ask to [pause](Step::Pause), so that the statement does not run in one go.
    fn pauses(&self) -> bool {
        false
    }

    /// Whether the next row is wanted by now, after a [`Step::Pause`]; the driver waits until it is.
    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }

    /// Hears that the statement has run once.
    fn executed(&mut self, outcome: Outcome);
}

/// A sink of `aludel-sql`, together with what it keeps track of objects by.
impl Rows for (&mut dyn Sink, &mut (dyn Any + Send)) {
    fn row(&mut self, row: &dyn RowRef) -> Result<Step> {
        self.0.row(row, self.1)
    }

    fn pauses(&self) -> bool {
        self.0.pauses()
    }

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.0.poll_ready(context)
    }

    fn executed(&mut self, outcome: Outcome) {
        self.0.executed(outcome);
    }
}
