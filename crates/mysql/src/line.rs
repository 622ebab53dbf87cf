//! `Line`: the exchanges of a connection, one at a time. An exchange that was begun belongs to the line, and not to the
//! future that waits for it: who drops that future leaves an exchange that the next one ends, never half of one.
//!
//! So no task stands between a caller and its connection, and nothing is sent from thread to thread.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use aludel_sql::{BoxFuture, Error, Result};
use mysql_async::prelude::Queryable;
use mysql_async::{BinaryProtocol, Column, Params, Row, Statement, TextProtocol, Value as Wired};

use crate::errors::{During, disconnected, from_wire, protocol};
use crate::wire::{Panicked, Pending, Wire, unpanicked};

/// How much of an answer that nobody wants is read before the connection is closed instead, in rows and in time.
const DRAINED_ROWS: usize = 10_000;
pub(crate) const DRAINED: Duration = Duration::from_millis(100);

/// A connection and what is under way on it.
pub(crate) struct Line {
    state: State,
    /// Whether the server said at the end of the last exchange that a transaction is open.
    open: bool,
    /// Prepared statements that are to be let go of with the next exchange.
    unused: Vec<Statement>,
    /// Whether the last statement came as far as to be run. Shared with its exchange, which may be left where it is.
    ran: Arc<AtomicBool>,
}

enum State {
    Idle(Wire),
    Busy(BoxFuture<'static, Result<(Wire, Reply), Panicked>>),
    Gone,
}

/// What an exchange came to, and when the error was made, if one was.
type Reply = Result<Option<Statement>, (mysql_async::Error, During)>;

/// A statement to run.
pub(crate) enum Run {
    /// One that is prepared.
    Prepared(Statement),
    /// One that is prepared first.
    Text(Arc<str>),
}

/// The text of a statement that the server does not prepare, and its error for it.
const NOT_PREPARED: u16 = 1295;

impl Line {
    pub(crate) fn new(wire: Wire) -> Self {
        Self { open: wire.in_transaction().unwrap_or(false), state: State::Idle(wire), unused: Vec::new(), ran: Arc::default() }
    }

    /// Whether the server says that a transaction is open. A connection that is gone has none.
    pub(crate) fn in_transaction(&self) -> bool {
        self.open && !self.is_gone()
    }

    pub(crate) fn is_gone(&self) -> bool {
        matches!(self.state, State::Gone)
    }

    /// Whether the last statement may have run: it has not if it failed while it was prepared, or if nothing was sent.
    pub(crate) fn may_have_run(&self) -> bool {
        self.ran.load(Ordering::Acquire)
    }

    /// Whether nothing is under way, and nothing waits to be read.
    pub(crate) fn is_idle(&self) -> bool {
        matches!(&self.state, State::Idle(wire) if wire.pending == Pending::Nothing && !wire.is_torn())
    }

    /// Lets go of a statement that may have been prepared, with the next exchange: the server does not answer to it.
    pub(crate) fn let_go(&mut self, statement: Option<Statement>) {
        self.unused.extend(statement);
    }

    /// Forgets all prepared statements, of which the server knows none any more.
    pub(crate) fn forget_unused(&mut self) {
        self.unused.clear();
    }

    /// Closes the connection.
    pub(crate) fn close(&mut self) {
        self.state = State::Gone;
    }

    /// Runs a prepared statement. Returns it, if it was prepared now. Its rows are to be read then.
    pub(crate) async fn run(&mut self, run: Run, values: Vec<Wired>) -> Result<Option<Statement>> {
        self.ran.store(false, Ordering::Release);
        let ran = Arc::clone(&self.ran);
        self.exchange(|mut wire| {
            Box::pin(async move {
                let reply = prepare_and_run(&mut wire, (run, values), &ran).await;
                (wire, reply)
            })
        })
        .await
    }

    /// Runs texts of ours, in one exchange; rows of theirs are passed over.
    pub(crate) async fn command(&mut self, text: impl Into<String>) -> Result {
        let text = text.into();
        self.exchange(|mut wire| {
            Box::pin(async move {
                let reply = wire.conn().query_drop(text).await.map(|()| None).map_err(|error| (error, During::Run));
                (wire, reply)
            })
        })
        .await
        .map(drop)
    }

    /// Makes sure that the server answers.
    pub(crate) async fn ping(&mut self) -> Result {
        self.exchange(ping).await.map(drop)
    }

    /// Makes the server forget what the connection has changed.
    pub(crate) async fn forget(&mut self) -> Result {
        self.exchange(|mut wire| {
            Box::pin(async move {
                let reply = wire.conn().reset().await.map(|_supported| None).map_err(|error| (error, During::Run));
                (wire, reply)
            })
        })
        .await
        .map(drop)
    }

    /// The columns of the rows that are to be read; none if the statement has none.
    pub(crate) fn columns(&mut self) -> Option<Arc<[Column]>> {
        match &mut self.state {
            State::Idle(wire) if wire.pending != Pending::Nothing => Some(wire.columns()),
            _ => None,
        }
    }

    /// What the last statement has changed, and the key that was assigned.
    pub(crate) fn counts(&self) -> (u64, Option<u64>) {
        match &self.state {
            State::Idle(wire) => wire.counts(),
            _ => (0, None),
        }
    }

    /// Reads the next row. May be dropped and called again.
    pub(crate) async fn row(&mut self) -> Result<Option<Row>> {
        let State::Idle(wire) = &mut self.state else { return Err(disconnected()) };
        match unpanicked(wire.row()).await {
            Ok(Ok(Some(row))) => Ok(Some(row)),
            Ok(Ok(None)) => {
                self.rest().await?;
                Ok(None)
            }
            Ok(Err(error)) => {
                let told = from_wire(&error, During::Run);
                match error.is_fatal() {
                    true => self.close(),
                    // An error does not say whether its transaction is still open.
                    false => self.start(ping).await.map(drop)?,
                }
                Err(told)
            }
            Err(Panicked) => {
                self.close();
                Err(protocol())
            }
        }
    }

    /// Ends a statement of which no further row is wanted. Outside of a transaction, what would take long is closed instead.
    ///
    /// Returns how many rows have been passed over.
    pub(crate) async fn pass_over(&mut self) -> Result<u64> {
        let mut passed = 0;
        let keep = self.open;
        let passing = async {
            while self.row().await?.is_some() {
                passed += 1;
                if !keep && passed >= DRAINED_ROWS {
                    return Ok::<_, Error>(false);
                }
            }
            Ok(true)
        };
        let ended = match keep {
            true => passing.await?,
            false => tokio::time::timeout(DRAINED, passing).await.unwrap_or(Ok(false))?,
        };
        if !ended {
            self.close();
        }
        Ok(passed as u64)
    }

    /// Waits for what was left under way, whatever comes of it; `false` if the connection did not survive it.
    pub(crate) async fn settle(&mut self) -> bool {
        if let State::Busy(_) = self.state {
            // Nobody waits for this answer any more.
            drop(self.finish().await);
        }
        while matches!(&self.state, State::Idle(wire) if wire.pending != Pending::Nothing && !wire.is_torn()) {
            // As above; a server's error ends the rows.
            drop(self.row().await);
        }
        if !self.is_idle() {
            self.close();
        }
        self.is_idle()
    }

    /// Reads what a procedure has left, and notes the server's word on the transaction.
    async fn rest(&mut self) -> Result {
        match &mut self.state {
            State::Idle(wire) if wire.pending == Pending::Nothing => {
                self.open = wire.in_transaction().unwrap_or(self.open);
                Ok(())
            }
            _ => self
                .start(|mut wire| {
                    Box::pin(async move {
                        let reply = wire.drain().await.map(|()| None).map_err(|error| (error, During::Run));
                        (wire, reply)
                    })
                })
                .await
                .map(drop),
        }
    }

    async fn exchange(
        &mut self,
        exchange: impl FnOnce(Wire) -> BoxFuture<'static, (Wire, Reply)> + Send + 'static,
    ) -> Result<Option<Statement>> {
        if !self.is_idle() && !self.settle().await {
            return Err(disconnected());
        }
        let unused = std::mem::take(&mut self.unused);
        if unused.is_empty() {
            return self.start(exchange).await;
        }
        self.start(|mut wire| {
            Box::pin(async move {
                for statement in unused {
                    if let Err(error) = wire.conn().close(statement).await {
                        return (wire, Err((error, During::Run)));
                    }
                }
                exchange(wire).await
            })
        })
        .await
    }

    async fn start(
        &mut self,
        exchange: impl FnOnce(Wire) -> BoxFuture<'static, (Wire, Reply)> + Send + 'static,
    ) -> Result<Option<Statement>> {
        let State::Idle(mut wire) = std::mem::replace(&mut self.state, State::Gone) else { return Err(disconnected()) };
        let before = std::mem::replace(&mut wire.pending, Pending::Answer);
        self.state = State::Busy(Box::pin(unpanicked(whole(wire, before, exchange))));
        self.finish().await
    }

    /// Waits for the end of the exchange that is under way.
    async fn finish(&mut self) -> Result<Option<Statement>> {
        let ended = poll_fn(|context| match &mut self.state {
            State::Busy(exchange) => exchange.as_mut().poll(context),
            State::Idle(_) | State::Gone => Poll::Ready(Err(Panicked)),
        })
        .await;
        self.state = State::Gone;
        let Ok((wire, reply)) = ended else { return Err(protocol()) };
        if wire.pending == Pending::Nothing {
            self.open = wire.in_transaction().unwrap_or(self.open);
        }
        if !wire.is_torn() && !matches!(&reply, Err((error, _)) if error.is_fatal()) {
            self.state = State::Idle(wire);
        }
        reply.map_err(|(error, during)| from_wire(&error, during))
    }
}

/// An exchange to its end. An error does not say whether its transaction is still open: the server is asked at once.
async fn whole(
    mut wire: Wire,
    before: Pending,
    exchange: impl FnOnce(Wire) -> BoxFuture<'static, (Wire, Reply)> + Send + 'static,
) -> (Wire, Reply) {
    if before != Pending::Nothing {
        wire.pending = before;
    }
    let (mut wire, mut reply) = exchange(wire).await;
    if let Err((error, _)) = &reply
        && !error.is_fatal()
    {
        if let Err(broken) = wire.conn().ping().await {
            reply = Err((broken, During::Run));
        }
        wire.pending = Pending::Nothing;
    } else if reply.is_ok() && wire.pending == Pending::Answer {
        wire.pending = Pending::Nothing;
    }
    (wire, reply)
}

fn ping(mut wire: Wire) -> BoxFuture<'static, (Wire, Reply)> {
    Box::pin(async move {
        let reply = wire.conn().ping().await.map(|()| None).map_err(|error| (error, During::Run));
        (wire, reply)
    })
}

/// Prepares a statement, if it is not, and runs it; notes when it comes to that.
async fn prepare_and_run(wire: &mut Wire, (run, values): (Run, Vec<Wired>), ran: &AtomicBool) -> Reply {
    let (statement, prepared) = match run {
        Run::Prepared(statement) => (statement, None),
        Run::Text(text) => match wire.conn().prep(&*text).await {
            Ok(statement) => (statement.clone(), Some(statement)),
            Err(mysql_async::Error::Server(error)) if error.code == NOT_PREPARED && values.is_empty() => {
                ran.store(true, Ordering::Release);
                return as_text(wire, &text).await.map(|()| None).map_err(|error| (error, During::Run));
            }
            Err(error) => return Err((error, During::Prepare)),
        },
    };
    let params = if values.is_empty() { Params::Empty } else { Params::Positional(values) };
    ran.store(true, Ordering::Release);
    let running = async {
        wire.conn().exec_iter(&statement, params).await?;
        wire.ran::<BinaryProtocol>(Pending::Rows).await
    };
    running.await.map(|()| prepared).map_err(|error| (error, During::Run))
}

async fn as_text(wire: &mut Wire, text: &str) -> mysql_async::Result<()> {
    wire.conn().query_iter(text).await?;
    wire.ran::<TextProtocol>(Pending::TextRows).await
}
