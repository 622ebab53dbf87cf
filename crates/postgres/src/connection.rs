//! One connection: what the engine asks of it, and how it is brought back to where nothing is open.

use aludel_engine::{
    Begin, Canceller, CommitOutcome, Isolation, Job, Position, RawConnection, Rows, Savepoint, Unsettled, Watch, silent_server,
    unsettled_write,
};
use aludel_sql::{Access, Answer, Batches, ColumnDef, CommitToken, Constraint, Error, ErrorKind, Integrity, Outcome, Result};

use crate::catalog::{columns, key_columns};
use crate::copy;
use crate::dial::Opened;
use crate::effect::Effect;
use crate::errors::{disconnected, from_driver};
use crate::exchange::Exchange;
use crate::link::Told;
use crate::number::{outcome, token};
use crate::position::{has_reached, position};
use crate::run;
use crate::sent::Sent;

/// A connection.
pub(crate) struct Connection {
    exchange: Exchange,
    /// Set while something runs, so that it stays where a future is dropped.
    busy: bool,
    /// Whether a COMMIT was sent that is not answered.
    committing: bool,
}

impl Connection {
    pub(crate) fn new(opened: Opened) -> Self {
        Self { exchange: Exchange::new(opened), busy: false, committing: false }
    }

    pub(crate) async fn enter(&mut self) -> Result<&mut Exchange> {
        if self.exchange.link.is_closed() {
            return Err(Box::pin(self.exchange.link.why()).await);
        }
        // One that was dropped has left them.
        (self.busy, self.committing) = (true, false);
        self.exchange.settled();
        Ok(&mut self.exchange)
    }

    /// Ends an exchange: after an error, everything that was sent is waited for, so that the server's word on the transaction is its last.
    pub(crate) async fn leave<T>(&mut self, result: Result<T>) -> Result<T> {
        let result = match result {
            Ok(done) => Ok(done),
            Err(error) => {
                let is_lost = matches!(error.kind(), ErrorKind::Disconnected | ErrorKind::Protocol);
                let error = Box::pin(self.after(error)).await;
                Err(match self.exchange.unsettled {
                    Unsettled::Write if is_lost => unsettled_write().caused_by(error),
                    Unsettled::Commit if is_lost => self.exchange.unknown().caused_by(error),
                    _ => error,
                })
            }
        };
        self.busy = false;
        self.exchange.settled();
        result
    }

    #[cold]
    async fn after(&mut self, error: Error) -> Error {
        let exchange = &mut self.exchange;
        if matches!(error.kind(), ErrorKind::Protocol | ErrorKind::CommitUnknown) {
            exchange.link.close();
        }
        // It takes no writes any more: another one may, which is found by the next connection.
        if *error.kind() == ErrorKind::ReadOnly && exchange.takes_writes && !(exchange.reads_only && exchange.in_transaction()) {
            exchange.link.close();
        }
        exchange.lost_a_race |= *error.kind() == ErrorKind::Serialization;
        // What fails here is seen by the next one who asks.
        let settled = exchange.link.settle().await;
        match error.kind() {
            // A transaction that has failed answers nothing more.
            ErrorKind::Integrity(integrity) if is_unnamed(integrity) && !exchange.in_transaction() => {
                let columns = key_columns(&exchange.link, integrity).await;
                error.refine(|integrity| integrity.columns = columns)
            }
            ErrorKind::Disconnected if exchange.link.is_closed() || settled.is_err() => exchange.link.why().await,
            _ => error,
        }
    }

    async fn begin_now(&mut self, begin: Begin) -> Result {
        let exchange = self.enter().await?;
        let mut text = "BEGIN".to_owned();
        if let Some(isolation) = begin.isolation {
            text += &format!(" ISOLATION LEVEL {isolation}");
        }
        if begin.read_only {
            text += " READ ONLY";
        }
        (exchange.lost_a_race, exchange.number) = (false, None);
        exchange.reads_only = begin.read_only;
        if !begin.read_only {
            exchange.know_past().await;
        }
        exchange.begin(text).await;
        // A standby refuses it: the next statement would run outside. All others are answered together with that one.
        let result = match begin.isolation {
            Some(Isolation::Serializable) => exchange.begun().await,
            _ => Ok(()),
        };
        self.leave(result).await
    }

    async fn told(&mut self, text: String) -> Result {
        let exchange = self.enter().await?;
        let result = exchange.tell(text).await;
        self.leave(result).await
    }

    async fn commit_now(&mut self) -> Result {
        let exchange = self.enter().await?;
        let began = exchange.opening.take();
        self.committing = true;
        let exchange = &mut self.exchange;
        let sent = exchange.link.send("COMMIT").await;
        let result = match began {
            Some(began) => began.answer().await.map_err(from_driver),
            None => Ok(()),
        };
        exchange.link.set_beginning(false);
        let result = result.and(exchange.committed(sent).await);
        self.committing = false;
        let result = self.leave(result).await;
        if result.is_err() && self.exchange.in_transaction() && !self.exchange.link.is_closed() {
            // The error of the commit is the one to tell.
            let _told_later = self.told("ROLLBACK".to_owned()).await;
        }
        (self.exchange.lost_a_race, self.exchange.number) = (false, None);
        result
    }

    async fn rollback_now(&mut self) -> Result {
        if self.exchange.in_transaction() {
            self.told("ROLLBACK".to_owned()).await?;
        }
        (self.exchange.lost_a_race, self.exchange.number) = (false, None);
        Ok(())
    }

    async fn reset_now(&mut self) -> Result {
        if self.exchange.link.is_closed() {
            return Err(self.exchange.link.why().await);
        }
        match self.busy || self.exchange.in_transaction() {
            true => {
                self.exchange.forget_opening();
                self.exchange.link.roll_back().await?;
                if self.exchange.copies {
                    self.exchange.link.find_step().await;
                    self.exchange.link.heard().end_copy();
                    self.exchange.copies = false;
                }
                (self.exchange.lost_a_race, self.exchange.number) = (false, None);
            }
            false => self.exchange.restore_session().await?,
        }
        self.busy = false;
        match self.exchange.in_transaction() || self.exchange.link.is_closed() {
            false => Ok(()),
            true => {
                self.exchange.link.close();
                Err(disconnected())
            }
        }
    }
}

impl Exchange {
    /// What became of a COMMIT.
    async fn committed(&mut self, sent: Sent<'static, Told<()>>) -> Result {
        match sent.answer().await {
            Ok(()) if self.link.heard().tag_is("ROLLBACK") => Err(self.not_committed()),
            Ok(()) => Ok(()),
            Err(error) if error.as_db_error().is_some_and(|told| !told.code().code().starts_with("57P")) => Err(from_driver(error)),
            Err(error) => Err(self.unknown().with_detail(error.to_string())),
        }
    }

    #[cold]
    fn unknown(&self) -> Error {
        Error::new(
            ErrorKind::CommitUnknown,
            "the connection broke after the transaction was to be committed, and before the server said that it is",
        )
        .hint("ask `Engine::resolve_commit`, or look whether the rows are there, before you write them again")
        .with_commit_token(self.number.zip(self.past.as_ref()).map(|(number, past)| token(number, past)))
    }
}

/// A foreign key of which the server has not told the columns.
fn is_unnamed(integrity: &Integrity) -> bool {
    integrity.kind == Constraint::ForeignKey && integrity.columns.is_empty()
}

fn later<'a, T>(future: impl Future<Output = Result<T>> + Send + 'a) -> Answer<'a, Result<T>> {
    Answer::Later(Box::pin(future))
}

impl RawConnection for Connection {
    fn run<'a>(&'a mut self, job: &'a Job<'_>, rows: &'a mut dyn Rows) -> Answer<'a, Result<Outcome>> {
        later(async move {
            let exchange = self.enter().await?;
            let result = run::one(exchange, job, rows).await;
            self.leave(result).await
        })
    }

    fn run_all<'a, 'r: 'a>(&'a mut self, jobs: &'a [Job<'_>], rows: &'a mut [&'r mut dyn Rows]) -> Answer<'a, Result<Vec<Outcome>>> {
        later(async move {
            let exchange = self.enter().await?;
            let result = run::all(exchange, jobs, rows).await;
            self.leave(result).await
        })
    }

    fn load<'a>(&'a mut self, rows: &'a mut dyn Batches) -> Answer<'a, Result<u64>> {
        later(async move {
            let exchange = self.enter().await?;
            let result = copy::load(exchange, rows).await;
            self.leave(result).await
        })
    }

    /// What a function writes that a SELECT calls is not seen.
    fn access<'a>(&'a mut self, job: &'a Job<'_>) -> Answer<'a, Result<Access>> {
        Answer::ready(Ok(if job.may_write(Effect::may_write) { Access::Write } else { Access::Read }))
    }

    fn begin(&mut self, begin: Begin) -> Answer<'_, Result> {
        later(self.begin_now(begin))
    }

    fn savepoint(&mut self, step: Savepoint) -> Answer<'_, Result> {
        later(self.told(step.to_string()))
    }

    fn commit(&mut self) -> Answer<'_, Result> {
        later(self.commit_now())
    }

    fn rollback(&mut self) -> Answer<'_, Result> {
        later(self.rollback_now())
    }

    fn in_transaction(&self) -> bool {
        self.exchange.in_transaction()
    }

    /// A connection whose session was changed is nobody else's until it is restored.
    fn is_fit(&self) -> bool {
        !(self.busy || self.exchange.in_transaction() || self.exchange.is_altered() || self.exchange.link.is_closed())
    }

    fn reset(&mut self) -> Answer<'_, Result> {
        later(self.reset_now())
    }

    fn ping(&mut self) -> Answer<'_, Result> {
        later(self.told(String::new()))
    }

    fn canceller(&self) -> Option<Canceller> {
        Some(self.exchange.link.canceller())
    }

    fn watch(&self) -> Option<Watch> {
        Some(self.exchange.link.watch())
    }

    fn give_up(&mut self) -> Error {
        self.exchange.link.close();
        match (self.committing, self.exchange.unsettled) {
            (true, _) | (_, Unsettled::Commit) => self.exchange.unknown(),
            (_, Unsettled::Write) => unsettled_write(),
            (_, Unsettled::Nothing) => silent_server(),
        }
    }

    fn resolve_commit<'a>(&'a mut self, token: &'a CommitToken) -> Answer<'a, Result<CommitOutcome>> {
        later(async move {
            let exchange = self.enter().await?;
            let result = outcome(exchange.link.client(), token).await;
            self.leave(result).await
        })
    }

    fn position(&mut self) -> Answer<'_, Result<Position>> {
        later(async move {
            let exchange = self.enter().await?;
            let result = position(exchange.link.client()).await;
            self.leave(result).await
        })
    }

    fn has_reached<'a>(&'a mut self, position: &'a Position) -> Answer<'a, Result<bool>> {
        later(async move {
            let exchange = self.enter().await?;
            let result = has_reached(exchange.link.client(), position).await;
            self.leave(result).await
        })
    }

    fn columns<'a>(&'a mut self, table: &'a str) -> Answer<'a, Result<Vec<ColumnDef>>> {
        later(async move {
            let exchange = self.enter().await?;
            let result = match exchange.begun().await {
                Ok(()) => columns(&exchange.link, table).await,
                Err(error) => Err(error),
            };
            self.leave(result).await
        })
    }
}
