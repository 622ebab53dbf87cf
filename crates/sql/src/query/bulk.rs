//! `BulkInsert`: many rows into one table, however many there are, in bounded memory.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::calling::calling;
use super::rows::Taking;
use crate::ast::{InsertTree, Statement, Values};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::run::{BatchSize, Batches, BoxFuture, BulkProgress, Executor};
use crate::schema::{Table, TableRef};
use crate::value::Value;

/// A batch ends with the row that makes its values larger than this, in bytes.
const BYTES: usize = 1 << 20;

/// Many rows for one table, taken one after the other from an iterator or a stream: of any number of rows some thousand are in
/// memory. All of them are inserted, or none.
///
/// PostgreSQL gets them by `COPY`, in binary; SQLite by a prepared statement that runs once for each; MySQL and MariaDB by
/// statements of up to 1,024 rows. Nothing is sent before the first rows are there; from then on it holds a connection, and on
/// SQLite the place of the writer, so that a source that is slow keeps others waiting.
///
/// Within a transaction it is a part of that, and one that fails is taken back to the savepoint before it. A future that is
/// dropped takes the whole transaction back, as with any statement. COPY fires triggers and checks constraints; it writes into
/// tables alone, so that PostgreSQL refuses views, and tables with row-level security.
///
/// ```
/// # use aludel_sql::{BulkInsert, Executor, Model, Queries, Result};
/// # async fn load<Person: Model>(people: Vec<Person>, engine: impl Executor) -> Result {
/// let inserted = Person::bulk_insert(people)
///     .progress(|progress| println!("{} rows", progress.rows))
///     .execute(engine)
///     .await?;
/// println!("{inserted} rows in all");
/// # Ok(())
/// # }
/// ```
#[must_use = "a statement does nothing until it is executed"]
pub struct BulkInsert<'r> {
    source: Box<dyn Source + 'r>,
    tell: Box<dyn FnMut(BulkProgress) + Send + 'r>,
    batch: Batch,
    has_ended: bool,
}

/// Where the rows come from.
trait Source: Send {
    /// Adds a row's values; `false` after the last row.
    fn poll_row(&mut self, context: &mut Context<'_>, batch: &mut Batch) -> Poll<Result<bool>>;
}

/// The rows that are there and not sent.
struct Batch {
    table: TableRef,
    columns: Vec<u16>,
    /// How many values a row has at most.
    width: usize,
    values: Vec<Value<'static>>,
    rows: usize,
    bytes: usize,
}

impl<'r> BulkInsert<'r> {
    /// Rows of values, each in the order of these columns of the table, which are known by position, counted from 0: for a table that
    /// is no model's. Where one is at none of the table's positions, or a row has more or fewer values, [`execute`](BulkInsert::execute)
    /// says so.
    pub fn of_values<I>(table: TableRef, columns: Vec<u16>, rows: I) -> Self
    where
        I: IntoIterator<Item = Vec<Value<'static>>>,
        I::IntoIter: Send + 'r,
    {
        let mut rows = rows.into_iter();
        Self::of_values_polled(table, columns, move |_context| Poll::Ready(Ok(rows.next())))
    }

    /// As [`of_values`](BulkInsert::of_values), of rows that have to be waited for, or can fail.
    pub fn of_values_polled<F>(table: TableRef, columns: Vec<u16>, poll: F) -> Self
    where
        F: FnMut(&mut Context<'_>) -> Poll<Result<Option<Vec<Value<'static>>>>> + Send + 'r,
    {
        let width = columns.len();
        let unknown = columns.iter().copied().find(|position| usize::from(*position) >= table.columns.len());
        Self::new(Lists { poll, unknown }, (table, columns, width))
    }

    /// Models that a function gives when it is polled.
    pub(super) fn polled<M: Model>(poll: impl FnMut(&mut Context<'_>) -> Poll<Result<Option<M>>> + Send + 'r) -> Self {
        let mapping = M::mapping();
        Self::new(Models { poll, taking: None }, (mapping.table_ref(), Vec::new(), mapping.columns.len()))
    }

    fn new(source: impl Source + 'r, (table, columns, width): (TableRef, Vec<u16>, usize)) -> Self {
        let batch = Batch { table, columns, width, values: Vec::new(), rows: 0, bytes: 0 };
        Self { source: Box::new(source), tell: Box::new(|_progress| {}), batch, has_ended: false }
    }

    /// Calls `tell` with how far it has come, after every batch of up to 1,024 rows.
    pub fn progress(mut self, tell: impl FnMut(BulkProgress) + Send + 'r) -> Self {
        self.tell = Box::new(tell);
        self
    }

    /// Inserts the rows and returns how many there were.
    ///
    /// # Errors
    /// What the source of the rows returns. For a row that does not fit, [`ErrorKind::Data`](crate::ErrorKind::Data) with its
    /// column, or [`ErrorKind::Integrity`](crate::ErrorKind::Integrity) with table and constraint;
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) if some rows bring their keys and others are `auto()`, and for a column's
    /// position that the table does not have, which is named before a row is taken. Nothing of the rows is in the database then.
    ///
    /// # Panics
    /// As the source of the rows, and what the progress is told to.
    #[track_caller]
    pub fn execute<'e, E: Executor + 'e>(mut self, mut executor: E) -> BoxFuture<'e, Result<u64>>
    where
        'r: 'e,
    {
        let run = async move { executor.by_ref().load(&mut self).await };
        Box::pin(calling(Location::caller(), run))
    }
}

impl Batches for BulkInsert<'_> {
    fn width(&self) -> usize {
        self.batch.width
    }

    fn poll_next(&mut self, context: &mut Context<'_>, most: BatchSize) -> Poll<Result<Option<Statement>>> {
        while !self.has_ended && self.batch.rows < most.rows() && self.batch.bytes < BYTES {
            self.has_ended = !ready!(self.source.poll_row(context, &mut self.batch))?;
        }
        Poll::Ready(Ok(match self.batch.rows {
            0 => None,
            rows => Some(self.batch.take(most.part(rows))),
        }))
    }

    fn sent(&mut self, progress: BulkProgress) {
        (self.tell)(progress);
    }
}

impl Batch {
    /// Counts a row whose values begin at this position.
    fn count(&mut self, start: usize) {
        self.rows += 1;
        self.bytes += self.values[start..].iter().map(size).sum::<usize>();
    }

    /// Takes the first rows out.
    fn take(&mut self, rows: usize) -> Statement {
        let rest = self.values.split_off(rows * self.columns.len());
        let values = std::mem::replace(&mut self.values, rest);
        (self.rows, self.bytes) = (self.rows - rows, self.values.iter().map(size).sum());
        if self.rows == 0 {
            self.values.reserve(values.len());
        }
        let (table, columns) = (self.table.clone(), self.columns.clone());
        Statement::Insert(Arc::new(InsertTree { table, columns, values: Values::Plain(values), rows, returning: None }))
    }
}

/// About how many bytes a value takes.
fn size(value: &Value<'_>) -> usize {
    let beyond = match value {
        Value::Text(text) | Value::Decimal(text) | Value::Json(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Array(values) => values.iter().map(size).sum(),
        _ => 0,
    };
    size_of::<Value<'_>>() + beyond
}

/// Rows as lists of their values.
struct Lists<F> {
    poll: F,
    /// The position of a column that the table does not have, if one was named.
    unknown: Option<u16>,
}

impl<F: FnMut(&mut Context<'_>) -> Poll<Result<Option<Vec<Value<'static>>>>> + Send> Source for Lists<F> {
    fn poll_row(&mut self, context: &mut Context<'_>, batch: &mut Batch) -> Poll<Result<bool>> {
        if let Some(position) = self.unknown {
            return Poll::Ready(Err(unknown(&batch.table, position)));
        }
        let Some(row) = ready!((self.poll)(context))? else { return Poll::Ready(Ok(false)) };
        if row.len() != batch.width {
            let (found, table) = (row.len(), batch.table.full_name());
            let message = format!("a row for `{table}` has {found} values, but {} columns are named", batch.width);
            return Poll::Ready(Err(Error::usage(message)));
        }
        let start = batch.values.len();
        batch.values.extend(row);
        batch.count(start);
        Poll::Ready(Ok(true))
    }
}

#[cold]
fn unknown(table: &Table, position: u16) -> Error {
    let (name, columns) = (table.full_name(), table.columns.len());
    Error::usage(format!("`{name}` has no column at position {position}")).hint(format!("it has {columns} columns, counted from 0"))
}

/// Rows as models.
struct Models<M, F> {
    poll: F,
    /// What is known since the first row.
    taking: Option<Taking<M>>,
}

impl<M: Model, F: FnMut(&mut Context<'_>) -> Poll<Result<Option<M>>> + Send> Source for Models<M, F> {
    fn poll_row(&mut self, context: &mut Context<'_>, batch: &mut Batch) -> Poll<Result<bool>> {
        let Some(mut model) = ready!((self.poll)(context))? else { return Poll::Ready(Ok(false)) };
        let taking = self.taking.get_or_insert_with(|| {
            let taking = Taking::like(Some(&model));
            batch.columns = taking.columns();
            taking
        });
        let start = batch.values.len();
        taking.take(&mut model, &mut batch.values)?;
        batch.count(start);
        Poll::Ready(Ok(true))
    }
}

/// The table, and never a value.
impl fmt::Debug for BulkInsert<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkInsert").field("table", &self.batch.table.full_name()).finish_non_exhaustive()
    }
}
