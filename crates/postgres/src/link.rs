//! `Link`: the line to a server. A task drives it, so that a dropped future never cuts an exchange half-way; what it hears of the
//! transaction comes from the server, never from a count.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aludel_engine::{Canceller, Watch};
use aludel_sql::{BoxFuture, Error, Result};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tokio_postgres::{AsyncMessage, CancelToken, Client, SimpleQueryMessage};

use crate::dial::{Actor, Opened, Route};
use crate::errors::{disconnected, from_driver, from_end};
use crate::number::{Number, number};
use crate::sent::Sent;
use crate::tap::{ASIDE, Heard};

pub(crate) type Told<T> = Result<T, tokio_postgres::Error>;

/// How long a connection that closes is waited for, to say why.
const WHY: Duration = Duration::from_secs(1);
/// How long a statement that nobody waits for any more may take to end by itself.
const GRACE: Duration = Duration::from_millis(20);
/// How long it may take to end once the server was asked to end it.
const RECOVERY: Duration = Duration::from_secs(5);

/// The line to a server.
pub(crate) struct Link {
    client: Arc<Client>,
    heard: Arc<Heard>,
    route: Arc<Route>,
    token: CancelToken,
    /// Whether a BEGIN is on its way: an order to end what runs must not meet it, or the next statement would be outside.
    beginning: Arc<AtomicBool>,
    driving: Option<JoinHandle<Told<()>>>,
    /// Whether it was closed from here: its task ends a little later.
    closed: AtomicBool,
    numbers: bool,
    watch: Watch,
}

impl Link {
    /// Starts to drive a connection, on the runtime that this is called on.
    pub(crate) fn new(opened: Opened) -> Self {
        let Opened { client, actor, heard, route, numbers, .. } = opened;
        let token = client.cancel_token();
        let driving = Some(tokio::spawn(drive(actor)));
        let watched = (Arc::clone(&route), heard.process());
        let watch: Watch = Arc::new(move || {
            let (route, process) = watched.clone();
            Box::pin(async move { route.is_at_work(process).await })
        });
        Self {
            client: Arc::new(client),
            heard,
            route,
            token,
            beginning: Arc::default(),
            driving,
            closed: AtomicBool::new(false),
            numbers,
            watch,
        }
    }

    pub(crate) fn client(&self) -> &Arc<Client> {
        &self.client
    }

    pub(crate) fn heard(&self) -> &Heard {
        &self.heard
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire) || self.client.is_closed() || self.driving.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Closes the connection at once.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        if let Some(driving) = &self.driving {
            driving.abort();
        }
    }

    /// Sends a statement without parameters.
    pub(crate) async fn send(&self, text: impl Into<String>) -> Sent<'static, Told<()>> {
        let (client, text) = (Arc::clone(&self.client), text.into());
        Sent::start(async move { client.batch_execute(&text).await }).await
    }

    /// Whether the server tells the numbers of transactions.
    pub(crate) fn has_numbers(&self) -> bool {
        self.numbers
    }

    /// Notes that the server does not tell what is to be known beside them.
    pub(crate) fn forget_numbers(&mut self) {
        self.numbers = false;
    }

    /// Asks for the number of the transaction, behind what was sent.
    pub(crate) async fn ask_number(&self) -> Sent<'static, Told<Option<Number>>> {
        let client = Arc::clone(&self.client);
        Sent::start(async move { number(&client).await }).await
    }

    /// Says that a BEGIN is on its way, or has been answered.
    pub(crate) fn set_beginning(&self, beginning: bool) {
        self.beginning.store(beginning, Ordering::Release);
    }

    /// Waits until everything that was sent is answered.
    pub(crate) async fn settle(&self) -> Result {
        match self.heard.is_quiet() {
            true => Ok(()),
            // The answers come in order, so that this one is the last.
            false => self.send("").await.answer().await.map_err(from_driver),
        }
    }

    /// Asks the server something whose answer is known, after a COPY that has failed: where it had failed before it began, what
    /// ends it has an answer of its own, and all later answers would be taken for those before them. Closes the connection then.
    #[cold]
    pub(crate) async fn find_step(&self) {
        let asked = Sent::start(async { self.client.simple_query(&format!("{ASIDE}SELECT 1")).await }).await;
        let is_in_step = match timeout(RECOVERY, asked.answer()).await {
            Ok(Ok(answer)) => answer.iter().any(|message| matches!(message, SimpleQueryMessage::Row(_))),
            // A transaction that has failed.
            Ok(Err(error)) => error.as_db_error().is_some(),
            Err(_elapsed) => false,
        };
        if !is_in_step {
            self.close();
        }
    }

    /// Why the connection is closed.
    #[cold]
    pub(crate) async fn why(&mut self) -> Error {
        let Some(driving) = self.driving.take() else { return disconnected() };
        match timeout(WHY, driving).await {
            Ok(Ok(Err(error))) => from_end(error),
            Ok(Ok(Ok(())) | Err(_)) | Err(_) => disconnected(),
        }
    }

    /// Brings the server back to where nothing runs and nothing is open, whatever does.
    ///
    /// # Errors
    /// If it does not answer in time: the connection is closed then.
    pub(crate) async fn roll_back(&mut self) -> Result {
        let end = Instant::now() + RECOVERY;
        loop {
            let answer = self.send("ROLLBACK").await;
            match self.awaited(answer.answer(), end).await {
                Some(Ok(())) => return Ok(()),
                // The order to end a statement has met this one.
                Some(Err(error)) if error.code().is_some_and(|code| code.code() == "57014") && Instant::now() < end => {}
                Some(Err(error)) => {
                    self.close();
                    return Err(from_driver(error));
                }
                None => {
                    self.close();
                    return Err(disconnected());
                }
            }
        }
    }

    /// Awaits an answer; the server is asked to end what stands before it.
    async fn awaited<T>(&self, answer: impl Future<Output = T>, end: Instant) -> Option<T> {
        let mut answer = std::pin::pin!(answer);
        let mut patience = GRACE;
        while Instant::now() < end {
            if let Ok(answered) = timeout(patience, &mut answer).await {
                return Some(answered);
            }
            let left = end.saturating_duration_since(Instant::now());
            // What cannot be cancelled is waited for.
            let _seen_by_the_answer = timeout(left, self.route.cancel(&self.token)).await;
            patience = (patience * 4).min(left);
        }
        None
    }

    /// Asks the server to end what runs here. An order that may still come is none that another statement is to meet.
    pub(crate) async fn stop(&self) {
        if timeout(RECOVERY, self.route.cancel(&self.token)).await.is_err() {
            self.close();
        }
    }

    /// What asks the server, from elsewhere, whether it is at work here.
    pub(crate) fn watch(&self) -> Watch {
        Arc::clone(&self.watch)
    }

    /// What asks the server, from elsewhere, to end what runs here.
    pub(crate) fn canceller(&self) -> Canceller {
        let (route, token, beginning) = (Arc::clone(&self.route), self.token.clone(), Arc::clone(&self.beginning));
        Arc::new(move || -> BoxFuture<'static, Result> {
            let (route, token, beginning) = (Arc::clone(&route), token.clone(), Arc::clone(&beginning));
            Box::pin(async move {
                let end = Instant::now() + RECOVERY;
                while beginning.load(Ordering::Acquire) && Instant::now() < end {
                    sleep(Duration::from_millis(1)).await;
                }
                timeout(RECOVERY, route.cancel(&token)).await.unwrap_or_else(|_elapsed| Err(disconnected()))
            })
        })
    }
}

/// A connection that nothing runs on says goodbye; another one is cut, and its statement ended.
impl Drop for Link {
    fn drop(&mut self) {
        if self.heard.is_quiet() || self.is_closed() {
            return;
        }
        self.close();
        let (route, token) = (Arc::clone(&self.route), self.token.clone());
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { timeout(RECOVERY, route.cancel(&token)).await });
        }
    }
}

/// Drives a connection to its end. What the server remarks may quote values, and is not passed on.
async fn drive(mut actor: Actor) -> Told<()> {
    while let Some(message) = poll_fn(|context| actor.poll_message(context)).await {
        if let AsyncMessage::Notice(notice) = message? {
            tracing::debug!(target: "aludel::sql", code = notice.code().code(), "the server remarks something");
        }
    }
    Ok(())
}
