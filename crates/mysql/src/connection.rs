//! One connection: statements, transactions, and what brings it back to where nothing is open.

use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::time::Duration;

use aludel_engine::{Begin, Canceller, Job, Position, RawConnection, Rows, Savepoint, Unsettled, Watch, silent_server, unsettled_write};
use aludel_sql::{Access, Answer, ColumnDef, Error, ErrorKind, Outcome, Result, RowRef, Step, Value, ast};
use hashlink::LruCache;
use mysql_async::{Column, Statement, Value as Wired};

use crate::cancel::Cancels;
use crate::columns;
use crate::decode::Stand;
use crate::effect::Effect;
use crate::encode::{packet_length, parameters};
use crate::errors::{disconnected, too_large};
use crate::line::{DRAINED, Line, Run};
use crate::own::rows;
use crate::position;
use crate::wire::Wire;

/// How many statements a connection keeps prepared, as many as on the other databases.
const STATEMENTS: usize = 256;

/// How long the answer to a COMMIT is waited for after its caller has gone.
const COMMITTED: Duration = Duration::from_secs(5);

/// A connection.
pub(crate) struct Connection {
    line: Line,
    statements: LruCache<u128, Known>,
    cancels: Arc<Cancels>,
    watch: Watch,
    setup: Arc<str>,
    /// The server's `max_allowed_packet`, once it was asked for.
    most: Option<u64>,
    /// What raw statements have done to the connection itself.
    altered: Effect,
    /// Whether a COMMIT was sent whose answer has not been seen.
    committing: bool,
    /// What was sent, and whose answer has not been seen, of which nobody knows whether it is committed.
    unsettled: Unsettled,
}

/// What a statement leaves open until it is answered.
fn unsettled(job: &Job<'_>, in_transaction: bool) -> Unsettled {
    match (in_transaction, job.statement()) {
        (true, ast::Statement::Ddl(_)) => Unsettled::Commit,
        (true, ast::Statement::Raw(_)) if job.sql().is_some_and(|sql| Effect::commits(&sql)) => Unsettled::Commit,
        (false, _) if job.may_write(Effect::may_write) => Unsettled::Write,
        _ => Unsettled::Nothing,
    }
}

/// A statement that is prepared.
struct Known {
    statement: Statement,
    effect: Effect,
    named: Option<Named>,
}

/// The columns of a statement's rows, and their names.
#[derive(Clone)]
struct Named {
    columns: Arc<[Column]>,
    names: Arc<[Box<str>]>,
}

impl Named {
    /// The names of columns; made anew only if they may have changed.
    fn of(columns: Arc<[Column]>, known: Option<&Self>) -> Self {
        match known {
            Some(known) if Arc::ptr_eq(&known.columns, &columns) => known.clone(),
            _ => Self { names: columns.iter().map(|column| Box::from(column.name_str())).collect(), columns },
        }
    }
}

impl Connection {
    pub(crate) fn new(wire: Wire, cancels: Arc<Cancels>, setup: Arc<str>) -> Self {
        let statements = LruCache::new_unbounded();
        let watch = cancels.watch();
        Self {
            line: Line::new(wire),
            statements,
            cancels,
            watch,
            setup,
            most: None,
            altered: Effect::None,
            committing: false,
            unsettled: Unsettled::Nothing,
        }
    }

    /// Runs a statement as often as the job says.
    async fn all(&mut self, job: &Job<'_>, rows: &mut dyn Rows) -> Result<Outcome> {
        self.heed_cancels().await?;
        let mut sum = Outcome::default();
        for values in job.runs() {
            let outcome = self.once(job, values, rows).await?;
            rows.executed(outcome);
            sum = Outcome { affected: sum.affected + outcome.affected, generated: outcome.generated };
        }
        Ok(sum)
    }

    async fn once(&mut self, job: &Job<'_>, values: &[Value<'_>], rows: &mut dyn Rows) -> Result<Outcome> {
        let values = parameters(values)?;
        let run = match self.statements.get(&job.key()) {
            Some(known) => Run::Prepared(known.statement.clone()),
            None => Run::Text(Arc::clone(&job.compiled()?.sql)),
        };
        let effect = match (&run, job.statement()) {
            (Run::Text(text), ast::Statement::Raw(_)) => Effect::of(text),
            (Run::Text(_), _) => Effect::None,
            (Run::Prepared(_), _) => self.statements.peek(&job.key()).map_or(Effect::None, |known| known.effect),
        };
        // Before it is run: a statement that fails may have done it.
        self.altered = self.altered.max(effect);
        let result = self.sent(job, (run, values, effect), rows).await;
        let unsettled = self.take_unsettled();
        let returned = result.map_err(|error| match (unsettled, error.kind()) {
            (Unsettled::Write, ErrorKind::Disconnected | ErrorKind::Protocol) => unsettled_write().caused_by(error),
            (Unsettled::Commit, ErrorKind::Disconnected | ErrorKind::Protocol) => unknown().caused_by(error),
            _ => error,
        })?;
        Ok(self.outcome(job, returned))
    }

    async fn sent(&mut self, job: &Job<'_>, (run, values, effect): (Run, Vec<Wired>, Effect), rows: &mut dyn Rows) -> Result<u64> {
        if let Some(length) = packet_length(&values) {
            Box::pin(self.check_length(length)).await?;
        }
        // Right before: what was asked until now was the driver's own.
        self.unsettled = unsettled(job, self.line.in_transaction());
        if let Some(statement) = self.line.run(run, values).await? {
            self.keep(job.key(), Known { statement, effect, named: None });
        }
        self.rows(job.key(), rows).await
    }

    /// What is unsettled, if it may have run at all.
    fn take_unsettled(&mut self) -> Unsettled {
        let unsettled = std::mem::take(&mut self.unsettled);
        if self.line.may_have_run() { unsettled } else { Unsettled::Nothing }
    }

    /// Refuses values that the server would not take: it would close the connection while the rest is on its way, and what it says
    /// of that may be lost.
    async fn check_length(&mut self, length: u64) -> Result {
        if self.most.is_none() {
            let told = rows(&mut self.line, ("SELECT @@max_allowed_packet", Vec::new())).await?;
            self.most = told.first().map(|row| row.int(0)).transpose()?.flatten().and_then(|most| u64::try_from(most).ok());
        }
        match self.most.is_some_and(|most| most <= length) {
            true => Err(too_large()),
            false => Ok(()),
        }
    }

    /// Keeps a statement prepared, and lets go of the one that was not used for longest.
    fn keep(&mut self, key: u128, known: Known) {
        self.statements.insert(key, known);
        if self.statements.len() > STATEMENTS
            && let Some((_, oldest)) = self.statements.remove_lru()
        {
            self.line.let_go(Some(oldest.statement));
        }
    }

    /// Gives the rows that are to be read to who takes them; returns how many there were.
    async fn rows(&mut self, key: u128, rows: &mut dyn Rows) -> Result<u64> {
        let Some(columns) = self.line.columns() else { return Ok(0) };
        let named = match self.statements.get_mut(&key) {
            Some(known) => known.named.insert(Named::of(columns, known.named.as_ref())).clone(),
            None => Named::of(columns, None),
        };
        let mut returned = 0;
        while let Some(row) = self.line.row().await? {
            returned += 1;
            match rows.row(&Stand { names: &named.names, row: &row }) {
                Ok(Step::More) => {}
                Ok(Step::Pause) => poll_fn(|context| rows.poll_ready(context)).await,
                Ok(Step::Enough) => return Ok(returned + self.line.pass_over().await?),
                Err(error) => {
                    // The first error is the one to tell.
                    drop(self.line.pass_over().await);
                    return Err(error);
                }
            }
        }
        Ok(returned)
    }

    fn outcome(&self, job: &Job<'_>, returned: u64) -> Outcome {
        let (affected, key) = self.line.counts();
        let key = key.and_then(|key| i64::try_from(key).ok());
        match job.statement() {
            ast::Statement::Select(..) | ast::Statement::Ddl(_) => Outcome::default(),
            ast::Statement::Insert(tree) => {
                let generated = if tree.rows == 1 || job.repeat() > 1 { key } else { None };
                Outcome { affected: affected.max(returned), generated }
            }
            // A statement with RETURNING counts its rows, and nothing else does.
            ast::Statement::Delete(_) | ast::Statement::Update(_) => Outcome { affected: affected.max(returned), generated: None },
            _ => Outcome { affected, generated: None },
        }
    }

    /// Waits for requests to end a statement: they must not meet the next one.
    async fn heed_cancels(&mut self) -> Result {
        if self.cancels.settle().await {
            match self.line.command("DO 0").await {
                Err(error) if *error.kind() == ErrorKind::Cancelled => {}
                result => result?,
            }
        }
        Ok(())
    }

    async fn begin_now(&mut self, begin: Begin) -> Result {
        self.heed_cancels().await?;
        let start = if begin.read_only { "START TRANSACTION READ ONLY" } else { "START TRANSACTION" };
        match begin.isolation {
            // Two statements in one exchange: nobody is to be left between them.
            Some(isolation) => self.line.command(format!("SET TRANSACTION ISOLATION LEVEL {isolation}; {start}")).await,
            None => self.line.command(start).await,
        }
    }

    async fn commit_now(&mut self) -> Result {
        self.heed_cancels().await?;
        if self.line.is_gone() {
            return Err(disconnected());
        }
        self.committing = true;
        let result = self.line.command("COMMIT").await;
        self.committing = false;
        let Err(error) = result else { return Ok(()) };
        if self.line.is_gone() || *error.kind() == ErrorKind::Disconnected {
            self.line.close();
            return Err(unknown().caused_by(error));
        }
        // The error of the commit is the one to tell; who cannot roll back is closed at its return.
        drop(self.rollback_now().await);
        Err(error)
    }

    async fn rollback_now(&mut self) -> Result {
        match self.line.in_transaction() {
            true => self.line.command("ROLLBACK").await,
            false => Ok(()),
        }
    }

    /// Waits for what was left under way, not for long, and takes it back. What would take longer is closed instead.
    async fn clean(&mut self) -> Result {
        // No timer runs without a runtime; nor can anything be waited for.
        if tokio::runtime::Handle::try_current().is_err() {
            self.line.close();
            return Err(disconnected());
        }
        self.unsettled = Unsettled::Nothing;
        let patience = if self.committing { COMMITTED } else { DRAINED };
        match tokio::time::timeout(patience, self.line.settle()).await {
            Ok(true) => self.committing = false,
            Ok(false) => return Err(disconnected()),
            Err(_elapsed) => {
                self.line.close();
                self.cancels.end_connection();
                // It has not broken, so that it says nothing of the others.
                return Ok(());
            }
        }
        self.heed_cancels().await?;
        self.rollback_now().await?;
        match self.altered {
            Effect::None => Ok(()),
            Effect::Session => self.forget().await,
            Effect::Place => {
                self.line.close();
                Ok(())
            }
        }
    }

    async fn forget(&mut self) -> Result {
        self.statements.clear();
        self.line.forget_unused();
        self.line.forget().await?;
        self.line.command(&*self.setup).await?;
        self.most = None;
        self.altered = Effect::None;
        Ok(())
    }
}

#[cold]
fn unknown() -> Error {
    Error::new(ErrorKind::CommitUnknown, "the connection broke while the transaction was committed: it is committed, or it is not")
        .hint("ask `Engine::resolve_commit`, which can tell where the URL says `commit_tokens=on`; else look for what it has written before it is run again")
}

fn later<'a, T>(future: impl Future<Output = Result<T>> + Send + 'a) -> Answer<'a, Result<T>> {
    Answer::Later(Box::pin(future))
}

impl RawConnection for Connection {
    fn run<'a>(&'a mut self, job: &'a Job<'_>, rows: &'a mut dyn Rows) -> Answer<'a, Result<Outcome>> {
        later(self.all(job, rows))
    }

    /// What a function writes that a SELECT calls is not seen.
    fn access<'a>(&'a mut self, job: &'a Job<'_>) -> Answer<'a, Result<Access>> {
        Answer::ready(Ok(if job.may_write(Effect::may_write) { Access::Write } else { Access::Read }))
    }

    fn begin(&mut self, begin: Begin) -> Answer<'_, Result> {
        later(self.begin_now(begin))
    }

    fn savepoint(&mut self, step: Savepoint) -> Answer<'_, Result> {
        later(async move {
            self.heed_cancels().await?;
            self.line.command(step.to_string()).await
        })
    }

    fn commit(&mut self) -> Answer<'_, Result> {
        later(self.commit_now())
    }

    fn rollback(&mut self) -> Answer<'_, Result> {
        later(async move {
            self.heed_cancels().await?;
            self.rollback_now().await
        })
    }

    fn in_transaction(&self) -> bool {
        self.line.in_transaction()
    }

    fn is_fit(&self) -> bool {
        self.line.is_idle() && !self.line.in_transaction() && self.altered == Effect::None && self.cancels.give_back()
    }

    fn reset(&mut self) -> Answer<'_, Result> {
        later(self.clean())
    }

    fn ping(&mut self) -> Answer<'_, Result> {
        later(async move {
            self.heed_cancels().await?;
            self.line.ping().await
        })
    }

    fn canceller(&self) -> Option<Canceller> {
        Some(self.cancels.canceller())
    }

    fn watch(&self) -> Option<Watch> {
        Some(Arc::clone(&self.watch))
    }

    fn give_up(&mut self) -> Error {
        self.line.close();
        match (std::mem::take(&mut self.committing), self.take_unsettled()) {
            (true, _) | (_, Unsettled::Commit) => unknown(),
            (_, Unsettled::Write) => unsettled_write(),
            (_, Unsettled::Nothing) => silent_server(),
        }
    }

    fn position(&mut self) -> Answer<'_, Result<Position>> {
        later(position::of(&mut self.line))
    }

    fn has_reached<'a>(&'a mut self, position: &'a Position) -> Answer<'a, Result<bool>> {
        later(position::is_reached(&mut self.line, position))
    }

    fn columns<'a>(&'a mut self, table: &'a str) -> Answer<'a, Result<Vec<ColumnDef>>> {
        later(columns::of(&mut self.line, table))
    }
}
