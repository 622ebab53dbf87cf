//! One connection: statements and transactions, inline; and the wait for another process, without a thread.

use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::time::{Duration, Instant};

use aludel_engine::{Begin, Canceller, Job, RawConnection, Rows, Savepoint, worker};
use aludel_sql::{Access, Answer, ColumnDef, Error, ErrorKind, Integrity, Outcome, Result, Step, Type, Value, ast};

use crate::database::Files;
use crate::errors::{busy, from_rusqlite};
use crate::ffi::{Database, Statement, Stepped};
use crate::functions;
use crate::url::{Location, Synchronous};
use crate::violated::violated;
use crate::watch::{self, Limits, LogPages, pause};

/// A connection.
pub(crate) struct Connection {
    database: Database,
    files: Arc<Files>,
    synchronous: Synchronous,
    limits: Limits,
    /// Whether a statement has changed the connection itself, such as a pragma.
    altered: bool,
    /// Whether the transaction may only read.
    reads_only: bool,
}

/// The statements of transactions; their keys are none that a hash comes to.
#[derive(Clone, Copy)]
#[repr(u128)]
enum Control {
    Begin,
    BeginImmediate,
    Commit,
    Rollback,
}

impl Control {
    fn text(self) -> &'static str {
        match self {
            Self::Begin => "BEGIN",
            Self::BeginImmediate => "BEGIN IMMEDIATE",
            Self::Commit => "COMMIT",
            Self::Rollback => "ROLLBACK",
        }
    }
}

impl Connection {
    pub(crate) fn new(connection: rusqlite::Connection, files: Arc<Files>, location: &Location) -> Self {
        files.enter();
        let (synchronous, limits) = (location.synchronous, Limits::of(location));
        Self { database: Database::new(connection), files, synchronous, limits, altered: false, reads_only: false }
    }

    /// Runs a statement as often as the job says; `None` if another process was in the way at the first time.
    fn all(&mut self, job: &Job<'_>, rows: &mut dyn Rows) -> Result<Option<Outcome>> {
        watch::begin(self.limits);
        let statement = match self.database.prepared(job.key(), || Ok(Arc::clone(&job.compiled()?.sql))) {
            // The schema could not be read for another process.
            Err(error) if *error.kind() == ErrorKind::Timeout => return Ok(None),
            statement => statement?,
        };
        self.altered |= statement.alters_connection();
        let counts = match job.statement() {
            _ if statement.is_read_only() => Counts::Nothing,
            ast::Statement::Insert(_) => Counts::RowsAndKey,
            ast::Statement::Update(_) | ast::Statement::Delete(_) => Counts::Rows,
            // Only the total tells a statement that changes nothing, such as CREATE, from the one before it.
            _ => Counts::RowsIfTotalGrows(statement.total_changes()),
        };
        let mut sum = Outcome::default();
        let mut has_run = false;
        for values in job.runs() {
            match once(statement, values, rows) {
                Ok(true) => has_run = true,
                Ok(false) if has_run => return Err(busy()),
                Ok(false) => return Ok(None),
                Err(error) if functions::is_lost() => return Err(self.lost(error)),
                Err(error) => return Err(error),
            }
            let outcome = counts.outcome(statement);
            rows.executed(outcome);
            sum = Outcome { affected: sum.affected + outcome.affected, generated: outcome.generated };
        }
        if job.access() != Access::Read {
            self.after_commit();
        }
        Ok(Some(sum))
    }

    /// Runs a query with pauses. Between them nobody is kept from writing, and what is read is of one moment.
    async fn stream(&mut self, job: &Job<'_>, rows: &mut dyn Rows) -> Result<Outcome> {
        watch::begin(self.limits);
        let statement = self.database.prepared(job.key(), || Ok(Arc::clone(&job.compiled()?.sql)))?;
        self.altered |= statement.alters_connection();
        let mut run = statement.start(job.binds(0))?;
        loop {
            watch::begin(self.limits);
            let went = run.go(|row| rows.row(row));
            if let Some(failure) = functions::failure() {
                return Err(failure);
            }
            match (went, watch::stopped()) {
                (Ok(Stepped::Row), None) => poll_fn(|context| rows.poll_ready(context)).await,
                (Ok(Stepped::Done), None) => break,
                (Ok(Stepped::Busy), None) => return Err(busy()),
                (Err(error), None) => return Err(error),
                (_, Some(stopped)) => return Err(stopped),
            }
        }
        rows.executed(Outcome::default());
        Ok(Outcome::default())
    }

    /// Takes everything back: a statement with a broken order of texts may have written in a wrong place.
    #[cold]
    fn lost(&mut self, error: Error) -> Error {
        match self.rollback_now() {
            Ok(()) => error,
            Err(worse) => worse,
        }
    }

    /// The connection, for a call that is no statement.
    pub(crate) fn native(&mut self) -> &rusqlite::Connection {
        watch::begin(self.limits);
        self.database.connection()
    }

    fn control(&mut self, control: Control) -> Result<Option<()>> {
        watch::begin(self.limits);
        let statement = self.database.prepared(control as u128, || Ok(Arc::from(control.text())))?;
        let ran = statement.run(&[], |_row| Ok(true)).map_err(|error| error.statement(control.text()))?;
        Ok((ran != Stepped::Busy).then_some(()))
    }

    /// Looks after the logs that a commit may have left long.
    pub(crate) fn after_commit(&self) {
        let log = watch::take_log_pages();
        if log != LogPages::default() {
            self.files.after_commit(log);
        }
    }

    /// Makes SQLite refuse to write, or lets it write again.
    fn read_only(&mut self, only: bool) -> Result {
        if self.reads_only != only {
            watch::begin(self.limits);
            self.database.connection().pragma_update(None, "query_only", only).map_err(|error| from_rusqlite(&error))?;
            self.reads_only = only;
        }
        Ok(())
    }

    fn commit_now(&mut self) -> Result {
        let done = self.committing(|this| this.control(Control::Commit));
        let result = done.and_then(|done| done.ok_or_else(busy));
        if result.is_err() && self.in_transaction() {
            // The error of the commit is the one to tell; `reset` looks after a rollback that fails as well.
            let _told_later = self.control(Control::Rollback);
        }
        self.after_commit();
        result.and_then(|()| self.read_only(false))
    }

    /// Makes a call that may commit. If that waits for the disk, the other tasks of the thread are handed over meanwhile:
    /// SQLite calls no handler while it waits there.
    fn committing<T>(&mut self, call: impl FnOnce(&mut Self) -> T) -> T {
        match (self.synchronous, self.files.has_file()) {
            (Synchronous::Full, true) => worker::blocking(|| call(self)),
            _ => call(self),
        }
    }

    fn rollback_now(&mut self) -> Result {
        if self.in_transaction() {
            self.control(Control::Rollback)?.ok_or_else(busy)?;
        }
        self.read_only(false)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.files.leave();
    }
}

/// What a statement counts.
#[derive(Clone, Copy)]
enum Counts {
    Nothing,
    Rows,
    RowsAndKey,
    RowsIfTotalGrows(u64),
}

impl Counts {
    fn outcome(self, statement: &Statement) -> Outcome {
        match self {
            Self::Nothing => Outcome::default(),
            Self::RowsIfTotalGrows(before) if statement.total_changes() == before => Outcome::default(),
            Self::Rows | Self::RowsIfTotalGrows(_) => Outcome { affected: statement.last_change().0, generated: None },
            Self::RowsAndKey => {
                let (affected, key) = statement.last_change();
                Outcome { affected, generated: (affected > 0).then_some(key) }
            }
        }
    }
}

/// Runs a statement once; `false` if another process is in the way.
fn once(statement: &mut Statement, values: &[Value<'_>], rows: &mut dyn Rows) -> Result<bool> {
    let ran = statement.run(values, |row| Ok(rows.row(row)? != Step::Enough));
    if let Some(failure) = functions::failure() {
        return Err(failure);
    }
    match (ran, watch::stopped()) {
        (Ok(Stepped::Busy), Some(stopped)) => Err(stopped),
        (Err(error), Some(stopped)) if *error.kind() == ErrorKind::Cancelled => Err(stopped),
        (ran, _) => Ok(ran? != Stepped::Busy),
    }
}

/// Tries again and again, less and less often, until the patience has run out; no thread waits meanwhile.
async fn again<T>(patience: Duration, mut attempt: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let started = Instant::now();
    for times in 0.. {
        tokio::time::sleep(pause(times)).await;
        if let Some(done) = watch::without_waiting(&mut attempt)? {
            return Ok(done);
        }
        if started.elapsed() >= patience {
            break;
        }
    }
    Err(busy())
}

fn later<'a, T>(future: impl Future<Output = Result<T>> + Send + 'a) -> Answer<'a, Result<T>> {
    Answer::Later(Box::pin(future))
}

impl RawConnection for Connection {
    fn run<'a>(&'a mut self, job: &'a Job<'_>, rows: &'a mut dyn Rows) -> Answer<'a, Result<Outcome>> {
        if rows.pauses() && job.access() != Access::Write {
            return later(self.stream(job, rows));
        }
        let first = match job.access() == Access::Read || self.in_transaction() {
            true => self.all(job, rows),
            false => self.committing(|this| watch::without_waiting(|| this.all(job, rows))),
        };
        match first {
            Ok(Some(outcome)) => Answer::ready(Ok(outcome)),
            Ok(None) if job.access() == Access::Read => Answer::ready(Err(busy())),
            Ok(None) => later(again(self.limits.patience, move || self.committing(|this| this.all(job, rows)))),
            Err(error) => Answer::ready(Err(error)),
        }
    }

    fn access<'a>(&'a mut self, job: &'a Job<'_>) -> Answer<'a, Result<Access>> {
        watch::begin(self.limits);
        let statement = self.database.prepared(job.key(), || Ok(Arc::clone(&job.compiled()?.sql)));
        // A savepoint opens a transaction, and one that was begun must be open around it.
        let writes = |statement: &mut Statement| !statement.is_read_only() || statement.opens_savepoint();
        Answer::ready(statement.map(|statement| if writes(statement) { Access::Write } else { Access::Read }))
    }

    fn begin(&mut self, begin: Begin) -> Answer<'_, Result> {
        let control = if begin.immediate { Control::BeginImmediate } else { Control::Begin };
        if begin.read_only
            && let Err(error) = self.read_only(true)
        {
            return Answer::ready(Err(error));
        }
        match watch::without_waiting(|| self.control(control)) {
            Ok(Some(())) => Answer::ready(Ok(())),
            Ok(None) => later(again(self.limits.patience, move || self.control(control))),
            Err(error) => Answer::ready(Err(error)),
        }
    }

    fn savepoint(&mut self, step: Savepoint) -> Answer<'_, Result> {
        watch::begin(self.limits);
        let ran = self.database.once(&step.to_string(), &[], |_row| Ok(true));
        Answer::ready(ran.and_then(|ran| if ran == Stepped::Busy { Err(busy()) } else { Ok(()) }))
    }

    fn commit(&mut self) -> Answer<'_, Result> {
        Answer::ready(self.commit_now())
    }

    fn rollback(&mut self) -> Answer<'_, Result> {
        Answer::ready(self.rollback_now())
    }

    fn in_transaction(&self) -> bool {
        !self.database.connection().is_autocommit()
    }

    /// A connection that a pragma has changed is nobody else's; the only one of a database in memory is everybody's.
    fn is_fit(&self) -> bool {
        !(self.in_transaction() || self.reads_only || self.altered && self.files.has_file())
    }

    fn reset(&mut self) -> Answer<'_, Result> {
        Answer::ready(self.rollback_now())
    }

    fn canceller(&self) -> Option<Canceller> {
        let interrupt = Arc::new(self.database.connection().get_interrupt_handle());
        Some(Arc::new(move || {
            interrupt.interrupt();
            Box::pin(std::future::ready(Ok(())))
        }))
    }

    fn violated<'a>(&'a mut self, job: &'a Job<'_>) -> Answer<'a, Result<Option<Integrity>>> {
        watch::begin(self.limits);
        Answer::ready(violated(&mut self.database, job))
    }

    fn columns<'a>(&'a mut self, table: &'a str) -> Answer<'a, Result<Vec<ColumnDef>>> {
        watch::begin(self.limits);
        Answer::ready(columns(self.database.connection(), table).map_err(|error| from_rusqlite(&error)))
    }
}

/// The columns that a statement can name, generated ones too; not the hidden ones of a virtual table.
///
/// Source: <https://www.sqlite.org/pragma.html#pragma_table_xinfo>.
fn columns(connection: &rusqlite::Connection, table: &str) -> rusqlite::Result<Vec<ColumnDef>> {
    let mut query = connection.prepare("SELECT name, type, \"notnull\", pk FROM pragma_table_xinfo(?1) WHERE hidden <> 1")?;
    let column = |row: &rusqlite::Row<'_>| {
        let (declared, not_null, key): (String, bool, i64) = (row.get(1)?, row.get(2)?, row.get(3)?);
        let mut column = ColumnDef::new("", declared_type(&declared)).nullable(!not_null && key == 0);
        column.name = row.get::<_, String>(0)?.into();
        column.primary_key = key > 0;
        Ok(column)
    };
    query.query_map([table], column)?.collect()
}

/// What a declared type means, by SQLite's rules of affinity.
///
/// Source: <https://www.sqlite.org/datatype3.html>, "Determination Of Column Affinity".
fn declared_type(declared: &str) -> Type {
    let declared = declared.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| declared.contains(word));
    match () {
        () if has(&["BOOL"]) => Type::Bool,
        () if has(&["INT"]) => Type::BigInt,
        () if has(&["CHAR", "CLOB", "TEXT"]) => Type::Text,
        () if has(&["REAL", "FLOA", "DOUB"]) => Type::Double,
        () if declared.is_empty() || has(&["BLOB"]) => Type::Bytes,
        () => Type::Double,
    }
}
