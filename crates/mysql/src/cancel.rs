//! `Cancels`: requests to end the statement of a connection, sent over a second one. A request that comes late must not meet
//! the statement of somebody else: one that is under way keeps its connection from being lent.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

use aludel_engine::{Canceller, Watch};
use aludel_sql::{Error, ErrorKind, Result};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts};

use crate::errors::connecting;

/// The requests to end statements of one connection.
pub(crate) struct Cancels {
    opts: Opts,
    server: String,
    timeout: Duration,
    /// The connection's number at the server.
    id: u32,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// How often the connection was given back: a request from before is void.
    times: u64,
    under_way: usize,
    /// Whether one was sent whose effect has perhaps not been seen.
    sent: bool,
    waits: Option<Waker>,
}

/// What is to end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Statement,
    Connection,
}

impl Cancels {
    pub(crate) fn new(opts: Opts, server: String, timeout: Duration, id: u32) -> Arc<Self> {
        Arc::new(Self { opts, server, timeout, id, state: Mutex::default() })
    }

    /// What ends the statement that runs, until the connection is given back.
    pub(crate) fn canceller(self: &Arc<Self>) -> Canceller {
        let (this, times) = (Arc::clone(self), self.lock().times);
        Arc::new(move || {
            let this = Arc::clone(&this);
            Box::pin(async move {
                let Some(_under_way) = UnderWay::enter(&this, times) else { return Ok(()) };
                this.kill(Target::Statement).await
            })
        })
    }

    /// What asks the server whether it is at work for this connection.
    pub(crate) fn watch(self: &Arc<Self>) -> Watch {
        let this = Arc::clone(self);
        Arc::new(move || {
            let this = Arc::clone(&this);
            Box::pin(async move { this.is_at_work().await.or_else(|error| alive(&error).ok_or_else(|| connecting(&error, &this.server))) })
        })
    }

    async fn is_at_work(&self) -> mysql_async::Result<bool> {
        let mut second = Conn::new(self.opts.clone()).await?;
        let sql =
            format!("SELECT CONNECTION_ID(), COUNT(*) FROM information_schema.processlist WHERE id = {} AND command <> 'Sleep'", self.id);
        let row: Option<(u32, u32)> = second.query_first(sql).await?;
        // Behind a proxy that has numbers of its own, nobody can tell.
        let at_work = row.is_none_or(|(own, working)| own != second.id() || working > 0);
        second.disconnect().await?;
        Ok(at_work)
    }

    /// Ends the whole connection, in the background: nobody has it any more.
    pub(crate) fn end_connection(self: &Arc<Self>) {
        let this = Arc::clone(self);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = this.kill(Target::Connection).await {
                    tracing::debug!(target: "aludel::sql", %error, "a statement that nobody waits for may run on");
                }
            });
        }
    }

    /// Whether no request can meet another statement than that it was meant for. Later ones are void from now on.
    pub(crate) fn give_back(&self) -> bool {
        let mut state = self.lock();
        state.times += 1;
        state.under_way == 0 && !state.sent
    }

    /// Waits until no request is under way; tells whether one was sent, whose effect may be still to come.
    pub(crate) async fn settle(&self) -> bool {
        poll_fn(|context| {
            let mut state = self.lock();
            match state.under_way {
                0 => Poll::Ready(std::mem::take(&mut state.sent)),
                _ => {
                    state.waits = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }

    async fn kill(&self, target: Target) -> Result {
        let killing = async {
            let mut second = Conn::new(self.opts.clone()).await?;
            let word = if target == Target::Statement { "QUERY " } else { "" };
            match second.query_drop(format!("KILL {word}{}", self.id)).await {
                // It has ended by itself.
                Err(mysql_async::Error::Server(error)) if error.code == 1094 => {}
                result => result?,
            }
            second.disconnect().await
        };
        match tokio::time::timeout(self.timeout, killing).await {
            Ok(result) => result.map_err(|error| connecting(&error, &self.server)),
            Err(_elapsed) => Err(Error::new(ErrorKind::Timeout, format!("`{}` did not answer a request to end a statement", self.server))),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A server that has no connection left is there; whether it is at work, nobody can tell.
fn alive(error: &mysql_async::Error) -> Option<bool> {
    matches!(error, mysql_async::Error::Server(error) if [1040, 1203, 1226].contains(&error.code)).then_some(true)
}

/// A request that is under way, also if its future is dropped before it has ended.
struct UnderWay<'c>(&'c Cancels);

impl<'c> UnderWay<'c> {
    fn enter(cancels: &'c Cancels, times: u64) -> Option<Self> {
        let mut state = cancels.lock();
        if state.times != times {
            return None;
        }
        state.under_way += 1;
        state.sent = true;
        Some(Self(cancels))
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.under_way -= 1;
        if let Some(waker) = state.waits.take() {
            waker.wake();
        }
    }
}
