//! `Wire`: a connection of `mysql_async` that is closed at once when it is left in the middle of an exchange.
//!
//! Its own `Drop` would read the rest of an answer first, however long, in the background.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use mysql_async::consts::StatusFlags;
use mysql_async::prelude::{Protocol, Queryable};
use mysql_async::{BinaryProtocol, Column, Conn, QueryResult, Row, TextProtocol};

/// A connection.
pub(crate) struct Wire {
    conn: Option<Conn>,
    /// What waits to be read.
    pub(crate) pending: Pending,
}

/// What waits to be read on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pending {
    /// Nothing.
    Nothing,
    /// The answer to what was sent, perhaps in part.
    Answer,
    /// Rows of a prepared statement.
    Rows,
    /// Rows in the text protocol.
    TextRows,
}

impl Wire {
    pub(crate) fn new(conn: Conn) -> Self {
        Self { conn: Some(conn), pending: Pending::Nothing }
    }

    pub(crate) fn conn(&mut self) -> &mut Conn {
        self.conn.as_mut().expect("invariant: it is there until the end")
    }

    fn seen(&self) -> &Conn {
        self.conn.as_ref().expect("invariant: it is there until the end")
    }

    /// Whether the server's last answer says that a transaction is open; `None` if it was an error, which does not say.
    ///
    /// `mysql_async` tells the status flags only with a whole OK packet. It takes the answer to a PREPARE for one too, so
    /// that this is to be asked after a statement that was run.
    pub(crate) fn in_transaction(&self) -> Option<bool> {
        let ok = self.seen().last_ok_packet()?;
        Some(ok.status_flags().contains(StatusFlags::SERVER_STATUS_IN_TRANS))
    }

    /// What the last statement has changed, and the key that was assigned, if one was.
    pub(crate) fn counts(&self) -> (u64, Option<u64>) {
        (self.seen().affected_rows(), self.seen().last_insert_id().filter(|id| *id > 0))
    }

    /// Whether the last command did not come to its end.
    pub(crate) fn is_torn(&self) -> bool {
        self.seen().is_disconnected()
    }

    /// Says that a statement was run: its rows are to be read, if it has some.
    pub(crate) async fn ran<P: Protocol>(&mut self, rows: Pending) -> mysql_async::Result<()> {
        let result = QueryResult::<'_, '_, P>::new(self.conn());
        match result.columns_ref().is_empty() {
            true => {
                result.drop_result().await?;
                self.pending = Pending::Nothing;
            }
            false => self.pending = rows,
        }
        Ok(())
    }

    /// The columns of the rows that are to be read.
    pub(crate) fn columns(&mut self) -> Arc<[Column]> {
        let columns = match self.pending {
            Pending::TextRows => QueryResult::<'_, '_, TextProtocol>::new(self.conn()).columns(),
            _ => QueryResult::<'_, '_, BinaryProtocol>::new(self.conn()).columns(),
        };
        columns.unwrap_or_default()
    }

    /// Reads a row. May be dropped at any time: what has come of a packet is kept. After the last row, and after an error,
    /// nothing is pending but what [`drain`](Wire::drain) reads.
    pub(crate) async fn row(&mut self) -> mysql_async::Result<Option<Row>> {
        match self.pending {
            Pending::Nothing | Pending::Answer => Ok(None),
            Pending::Rows => self.next::<BinaryProtocol>().await,
            Pending::TextRows => self.next::<TextProtocol>().await,
        }
    }

    async fn next<P: Protocol>(&mut self) -> mysql_async::Result<Option<Row>> {
        let mut result = QueryResult::<'_, '_, P>::new(self.conn());
        let row = result.next().await;
        let more = !result.is_empty();
        // Only a procedure has further sets of rows, or an error instead of one, which would come with the next statement else.
        let row = match row {
            Ok(None) if !more => result.next().await,
            row => row,
        };
        if !matches!(row, Ok(Some(_))) && !more {
            self.pending = Pending::Nothing;
        }
        row
    }

    /// Reads what a procedure has left: further sets of rows, which nobody asks for.
    pub(crate) async fn drain(&mut self) -> mysql_async::Result<()> {
        match self.pending {
            Pending::TextRows => QueryResult::<'_, '_, TextProtocol>::new(self.conn()).drop_result().await?,
            _ => QueryResult::<'_, '_, BinaryProtocol>::new(self.conn()).drop_result().await?,
        }
        self.pending = Pending::Nothing;
        Ok(())
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        let Some(mut conn) = self.conn.take() else { return };
        // A command that is begun and not ended marks the connection, which is then closed without being read. One that is
        // marked already may have half of a statement to send, which nothing is to complete.
        if self.pending != Pending::Nothing && !conn.is_disconnected() && !std::thread::panicking() {
            let ping = pin!(unpanicked(conn.ping()));
            let _marked = ping.poll(&mut Context::from_waker(Waker::noop()));
        }
    }
}

/// Something in `mysql_async` has panicked: it does so for some of what no server should send.
#[derive(Debug)]
pub(crate) struct Panicked;

/// Polls a future of `mysql_async`, which panics for some of what no server should send.
pub(crate) async fn unpanicked<F: Future>(future: F) -> Result<F::Output, Panicked> {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(_payload) => Poll::Ready(Err(Panicked)),
    })
    .await
}
