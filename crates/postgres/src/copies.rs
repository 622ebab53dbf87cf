//! `CopyIn` and `CopyOut`: bytes as the server reads and writes them, in its text, CSV or binary format, from a reader into a table
//! and from a table or a query into a writer. Knows nothing of what they mean.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use aludel_engine::Unsettled;
use aludel_sql::{Access, Answer, Error, ErrorKind, IntoRawSql, RawSql, Result};
use futures_util::StreamExt;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_postgres::Statement;

use crate::connection::Connection;
use crate::copy::{Inward, in_step};
use crate::effect::Effect;
use crate::errors::from_driver;
use crate::exchange::Exchange;

type Tell<'r> = Box<dyn FnMut(u64) + Send + 'r>;

/// Bytes into a table, by `COPY .. FROM STDIN`.
///
/// The format is what the statement says: text, CSV or binary. All rows are inserted or none: outside of a transaction it is one
/// of its own. A few hundred kilobytes are in memory at once. A future that is dropped takes the transaction back.
///
/// Models are inserted by `bulk_insert`, without a format of one's own.
///
/// ```no_run
/// use aludel_engine::{Engine, Unsettled};
/// use aludel_postgres::{CopyIn, Postgres};
/// use aludel_sql::Result;
///
/// # async fn load() -> Result {
/// let engine = Engine::on(Postgres::from_url("postgres://me@localhost/shop")?);
/// let csv = "name,age\nann,41\n";
/// let rows = CopyIn::new("COPY people (name, age) FROM STDIN (FORMAT csv, HEADER)")
///     .progress(|bytes| println!("{bytes} bytes"))
///     .read_from(&mut engine.connect().await?, &mut csv.as_bytes())
///     .await?;
/// assert_eq!(rows, 1);
/// # Ok(())
/// # }
/// ```
#[must_use = "a copy does nothing unless it is given a reader"]
pub struct CopyIn<'r> {
    sql: RawSql,
    tell: Tell<'r>,
}

/// Bytes out of a table or a query, by `COPY .. TO STDOUT`.
///
/// The format is what the statement says: text, CSV or binary. What is read is of one moment. A few hundred kilobytes are in memory
/// at once: a writer that is slow slows the server. A future that is dropped stops the statement, and so does a writer that fails;
/// but in a transaction, which would fail with it, the rest is read in vain then.
///
/// A statement in its brackets that writes, such as `COPY (DELETE .. RETURNING ..) TO STDOUT`, is a write: it waits for its turn, and
/// goes to no replica.
///
/// ```no_run
/// use aludel_engine::{Engine, Unsettled};
/// use aludel_postgres::{CopyOut, Postgres};
/// use aludel_sql::Result;
///
/// # async fn save() -> Result {
/// let engine = Engine::on(Postgres::from_url("postgres://me@localhost/shop")?);
/// let mut csv = Vec::new();
/// CopyOut::new("COPY (SELECT name FROM people WHERE age > 40) TO STDOUT (FORMAT csv)")
///     .write_to(&mut engine.connect().await?, &mut csv)
///     .await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a copy does nothing unless it is given a writer"]
pub struct CopyOut<'r> {
    sql: RawSql,
    tell: Tell<'r>,
}

impl<'r> CopyIn<'r> {
    /// Returns a copy by this statement, a literal of the program: `COPY .. FROM STDIN ..`.
    pub fn new(sql: impl IntoRawSql) -> Self {
        Self { sql: sql.into_raw_sql(), tell: Box::new(|_bytes| {}) }
    }

    /// Calls `tell` with the number of bytes that were sent so far, at every 64 KiB and at the end.
    pub fn progress(mut self, tell: impl FnMut(u64) + Send + 'r) -> Self {
        self.tell = Box::new(tell);
        self
    }

    /// Reads to the end, on a connection or in a transaction, and returns the number of rows that were inserted.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for another statement, and on another database; [`ErrorKind::Data`] for bytes that are no rows of
    /// the table, with the line in the hint; [`ErrorKind::Integrity`] for rows that its constraints refuse;
    /// [`ErrorKind::Storage`] if the reader fails. Nothing is inserted then. [`ErrorKind::CommitUnknown`] if the connection breaks
    /// outside of a transaction when all was sent, and before the server said what became of it. What the server refuses before the
    /// first row, such as a table that only reads, closes the connection.
    ///
    /// # Panics
    /// As the reader, and what the progress is told to.
    pub async fn read_from<C, R>(self, connection: &mut C, reader: &mut R) -> Result<u64>
    where
        C: AsMut<aludel_engine::Connection> + Send + ?Sized,
        R: AsyncRead + Unpin + Send + ?Sized,
    {
        let connection = connection.as_mut();
        let silence = connection.silence();
        let call = connection.natively_with(Access::Write, (self, reader), move |raw: &mut Connection, (copy, reader)| {
            Answer::Later(Box::pin(async move {
                let exchange = raw.enter().await?;
                let result = copy.run(exchange, (&mut **reader, silence)).await;
                raw.leave(result).await
            }))
        });
        call.await
    }

    async fn run<R>(&mut self, exchange: &mut Exchange, (reader, silence): (&mut R, Duration)) -> Result<u64>
    where
        R: AsyncRead + Unpin + Send + ?Sized,
    {
        let statement = exchange.attended(silence, async |exchange| prepare(exchange, (&self.sql, "stdin")).await).await?;
        in_step(exchange, async |exchange| {
            let mut inward = exchange.attended(silence, async |exchange| Inward::open(&exchange.link, &statement).await).await?;
            while reader.read_buf(&mut inward.buffer).await.map_err(|error| unusable(error, "reader"))? > 0 {
                if !exchange.attended(silence, async |exchange| inward.flow(&exchange.link).await).await? {
                    break;
                }
                if inward.buffer.is_empty() {
                    (self.tell)(inward.bytes);
                }
            }
            let _refused_is_told_below = exchange.attended(silence, async |exchange| inward.send(&exchange.link).await).await?;
            (self.tell)(inward.bytes);
            exchange.attended(silence, async |exchange| inward.end(exchange).await).await
        })
        .await
    }
}

impl<'r> CopyOut<'r> {
    /// Returns a copy by this statement, a literal of the program: `COPY .. TO STDOUT ..`.
    pub fn new(sql: impl IntoRawSql) -> Self {
        Self { sql: sql.into_raw_sql(), tell: Box::new(|_bytes| {}) }
    }

    /// Calls `tell` with the number of bytes that were written so far, for each part that the server sends: mostly a row.
    pub fn progress(mut self, tell: impl FnMut(u64) + Send + 'r) -> Self {
        self.tell = Box::new(tell);
        self
    }

    /// Writes everything, on a connection or in a transaction, flushes the writer, and returns the number of bytes.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for another statement, and on another database; [`ErrorKind::Storage`] if the writer fails;
    /// [`ErrorKind::CommitUnknown`] if the connection breaks outside of a transaction while a statement runs that writes; else what the
    /// server answers.
    ///
    /// # Panics
    /// As the writer, and what the progress is told to.
    pub async fn write_to<C, W>(self, connection: &mut C, writer: &mut W) -> Result<u64>
    where
        C: AsMut<aludel_engine::Connection> + Send + ?Sized,
        W: AsyncWrite + Unpin + Send + ?Sized,
    {
        let access = match Effect::copies_what_it_writes(self.sql.as_str()) {
            true => Access::Write,
            false => Access::Read,
        };
        let connection = connection.as_mut();
        let silence = connection.silence();
        let call = connection.natively_with(access, (self, writer), move |raw: &mut Connection, (copy, writer)| {
            Answer::Later(Box::pin(async move {
                let exchange = raw.enter().await?;
                let result = copy.run(exchange, (&mut **writer, silence), access).await;
                raw.leave(result).await
            }))
        });
        call.await
    }

    async fn run<W>(&mut self, exchange: &mut Exchange, (writer, silence): (&mut W, Duration), access: Access) -> Result<u64>
    where
        W: AsyncWrite + Unpin + Send + ?Sized,
    {
        let statement = exchange.attended(silence, async |exchange| prepare(exchange, (&self.sql, "stdout")).await).await?;
        let (writes, is_alone) = (access == Access::Write, !exchange.in_transaction());
        if writes && is_alone {
            exchange.unsettled = Unsettled::Write;
        }
        let asks = writes && exchange.wants_number();
        let opened = async |exchange: &mut Exchange| exchange.link.client().copy_out(&statement).await.map_err(from_driver);
        let mut stream = pin!(exchange.attended(silence, opened).await?);
        let mut bytes = 0;
        while let Some(chunk) = exchange.attended(silence, async |_| stream.next().await.transpose().map_err(from_driver)).await? {
            if let Err(error) = writer.write_all(&chunk).await {
                // What is left is read to its end before anything else is; a transaction goes on.
                if is_alone {
                    exchange.link.stop().await;
                }
                return Err(unusable(error, "writer"));
            }
            bytes += chunk.len() as u64;
            (self.tell)(bytes);
        }
        writer.flush().await.map_err(|error| unusable(error, "writer"))?;
        // What the server says of the transaction comes behind the last byte.
        exchange.attended(silence, async |exchange| exchange.link.settle().await).await?;
        if asks {
            let asked = Some(exchange.link.ask_number().await);
            exchange.learn(asked).await?;
        }
        Ok(bytes)
    }
}

/// The statement, which must name the side that the bytes are on here.
async fn prepare(exchange: &mut Exchange, (sql, side): (&RawSql, &str)) -> Result<Statement> {
    let sql = sql.as_str();
    let names_side = sql.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| word.eq_ignore_ascii_case(side));
    if Effect::of(sql) != Effect::Copy || !names_side {
        let direction = if side == "stdin" { "FROM STDIN" } else { "TO STDOUT" };
        return Err(Error::usage(format!("the statement is no `COPY .. {direction}`")).statement(sql));
    }
    let client = Arc::clone(exchange.link.client());
    exchange.after_begin(async { client.prepare(sql).await }).await?.map_err(from_driver)
}

#[cold]
fn unusable(error: std::io::Error, what: &str) -> Error {
    Error::new(ErrorKind::Storage, format!("the {what} of a copy has failed: {}", error.kind())).caused_by(error)
}

/// The statement, in which no value stands.
impl fmt::Debug for CopyIn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CopyIn({})", self.sql.as_str())
    }
}

/// The statement, in which no value stands.
impl fmt::Debug for CopyOut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CopyOut({})", self.sql.as_str())
    }
}
