//! `Exchange`: what a connection is in the middle of: the line, the statements it keeps, a BEGIN that is on its way, and what its
//! session has been changed to.

use std::sync::Arc;
use std::time::Duration;

use aludel_engine::{Job, Unsettled, attend, silent_server};
use aludel_sql::{Error, ErrorKind, Result, Statement};
use futures_util::future::join;

use crate::dial::Opened;
use crate::effect::Effect;
use crate::errors::from_driver;
use crate::history::Past;
use crate::link::{Link, Told};
use crate::number::Number;
use crate::prepared::{Prepared, Statements, effect, statements};
use crate::sent::Sent;

/// What takes the changes of a session back. Our own prepared statements stay: DISCARD ALL would take those too.
const RESTORE: &str = "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; SELECT pg_advisory_unlock_all(); \
                       DISCARD PLANS; DISCARD TEMP; DISCARD SEQUENCES";

/// What a connection is in the middle of.
pub(crate) struct Exchange {
    pub(crate) link: Link,
    pub(crate) statements: Statements,
    /// A BEGIN that was sent and whose answer comes together with that of the next statement.
    pub(crate) opening: Option<Sent<'static, Told<()>>>,
    /// Whether the transaction has failed because of another one.
    pub(crate) lost_a_race: bool,
    /// What the server calls the transaction that is open, once something was written in it.
    pub(crate) number: Option<Number>,
    /// Set while a COPY is under way, so that it stays where a future is dropped.
    pub(crate) copies: bool,
    /// What the server has said of its past, once it was asked.
    pub(crate) past: Option<Past>,
    /// What was sent, and is not answered, of which nobody knows whether it is committed.
    pub(crate) unsettled: Unsettled,
    /// Whether a server was asked for that takes writes.
    pub(crate) takes_writes: bool,
    /// Whether the transaction was begun to read only.
    pub(crate) reads_only: bool,
    altered: Effect,
}

impl Exchange {
    pub(crate) fn new(opened: Opened) -> Self {
        Self {
            takes_writes: opened.takes_writes,
            reads_only: false,
            link: Link::new(opened),
            statements: statements(),
            opening: None,
            lost_a_race: false,
            number: None,
            copies: false,
            past: None,
            unsettled: Unsettled::Nothing,
            altered: Effect::None,
        }
    }

    /// Whether the server has a transaction open, or will have as soon as it reads what was sent.
    pub(crate) fn in_transaction(&self) -> bool {
        self.opening.is_some() || self.link.heard().in_transaction()
    }

    pub(crate) fn is_altered(&self) -> bool {
        self.altered != Effect::None
    }

    /// Sends a BEGIN.
    pub(crate) async fn begin(&mut self, text: String) {
        self.link.set_beginning(true);
        self.opening = Some(self.link.send(text).await);
    }

    /// Asks the server for its past, once a connection, before it is asked for numbers: they mean nothing without.
    pub(crate) async fn know_past(&mut self) {
        if self.past.is_none() && self.link.has_numbers() {
            self.past = Past::ask(self.link.client()).await;
            if self.past.is_none() {
                self.link.forget_numbers();
            }
        }
    }

    /// Waits for the answer to a BEGIN, if one was sent.
    pub(crate) async fn begun(&mut self) -> Result {
        self.after_begin(async {}).await
    }

    pub(crate) fn forget_opening(&mut self) {
        self.opening = None;
        self.link.set_beginning(false);
    }

    /// Sends something behind a BEGIN that is on its way, and waits for both.
    pub(crate) async fn after_begin<T>(&mut self, question: impl Future<Output = T>) -> Result<T> {
        after_begin(&self.link, &mut self.opening, question).await
    }

    /// Whether the number of the transaction is to be asked for behind what writes next: nothing has written in it yet.
    pub(crate) fn wants_number(&self) -> bool {
        self.number.is_none() && self.past.is_some() && self.in_transaction()
    }

    /// Whether it is to be asked for behind a statement: behind the first one that writes. What a function writes that a raw SELECT
    /// calls goes without one.
    pub(crate) fn asks_number(&self, job: &Job<'_>) -> bool {
        self.wants_number() && job.may_write(Effect::may_write) && !is_raw(job, Effect::ends_transaction)
    }

    /// Says that a statement is about to be sent. One that writes outside of a transaction is one of its own; over a line that is
    /// known to be closed nothing is sent. Behind one that ends the transaction its number means nothing, unless that is not answered.
    pub(crate) fn sends(&mut self, job: &Job<'_>) {
        if self.link.is_closed() {
            return;
        }
        match self.in_transaction() {
            false if job.may_write(Effect::may_write) => self.unsettled = Unsettled::Write,
            true if is_raw(job, Effect::commits) => self.unsettled = Unsettled::Commit,
            true if self.number.is_some() && is_raw(job, Effect::ends_transaction) => self.number = None,
            _ => {}
        }
    }

    /// Says that what was sent is answered, or that nobody asks for it any more. Returns what it was.
    pub(crate) fn settled(&mut self) -> Unsettled {
        let was = std::mem::take(&mut self.unsettled);
        if was == Unsettled::Commit {
            self.number = None;
        }
        was
    }

    /// Says that a statement was answered.
    ///
    /// # Errors
    /// Of a raw COMMIT that the server has taken for a ROLLBACK, since the transaction had failed.
    pub(crate) fn answered(&mut self) -> Result {
        if self.unsettled == Unsettled::Commit {
            self.settled();
            if self.link.heard().tag_is("ROLLBACK") {
                return Err(self.not_committed());
            }
        }
        Ok(())
    }

    #[cold]
    pub(crate) fn not_committed(&self) -> Error {
        match self.lost_a_race {
            true => Error::new(
                ErrorKind::Serialization,
                "the transaction was rolled back: another one has changed what it has read or would change",
            )
            .hint("run the transaction again from its start"),
            false => Error::usage("the transaction was rolled back instead of committed: a statement in it had failed")
                .hint("roll back after an error; a savepoint before a statement that may fail keeps the rest"),
        }
    }

    /// Waits for the number of the transaction, if it was asked for.
    pub(crate) async fn learn(&mut self, asked: Option<Sent<'static, Told<Option<Number>>>>) -> Result {
        if let Some(asked) = asked {
            // An order to end the statement may have met this instead.
            self.number = asked.answer().await.map_err(from_driver)?;
        }
        Ok(())
    }

    /// Waits for a step that the engine does not attend to: a server that says nothing for so long is asked, over another connection,
    /// whether it is at work.
    pub(crate) async fn attended<T>(&mut self, silence: Duration, step: impl AsyncFnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let watch = self.link.watch();
        let done = attend(&watch, silence, step(self)).await;
        done.unwrap_or_else(|| {
            self.link.close();
            Err(silent_server())
        })
    }

    /// Runs a statement of our own.
    pub(crate) async fn tell(&mut self, text: String) -> Result {
        let client = Arc::clone(self.link.client());
        self.after_begin(async move { client.batch_execute(&text).await }).await?.map_err(from_driver)
    }

    /// The prepared statement of a job, and whether it was known before.
    pub(crate) async fn prepared(&mut self, job: &Job<'_>) -> Result<(Arc<Prepared>, bool)> {
        if let Some(known) = self.statements.get(&job.key()) {
            let known = Arc::clone(known);
            self.note(known.effect);
            return Ok((known, true));
        }
        // In a box: a statement is new once, and known a thousand times.
        Ok((Box::pin(self.prepare(job)).await?, false))
    }

    async fn prepare(&mut self, job: &Job<'_>) -> Result<Arc<Prepared>> {
        let compiled = job.compiled()?;
        let effect = effect(job, &compiled.sql)?;
        let Self { link, opening, .. } = self;
        let statement = after_begin(link, opening, link.client().prepare(&compiled.sql)).await?.map_err(from_driver)?;
        Ok(self.keep(Prepared::new(statement, job, (effect, &compiled.sql)), job.key()))
    }

    pub(crate) fn keep(&mut self, prepared: Prepared, key: u128) -> Arc<Prepared> {
        let prepared = Arc::new(prepared);
        self.note(prepared.effect);
        self.statements.insert(key, Arc::clone(&prepared));
        prepared
    }

    fn note(&mut self, effect: Effect) {
        match effect {
            Effect::None | Effect::Copy | Effect::Empty => {}
            Effect::Session if self.altered == Effect::Prepared => {}
            effect => self.altered = effect,
        }
    }

    /// Takes back what statements have changed the session to, where that can be taken back.
    pub(crate) async fn restore_session(&mut self) -> Result {
        if self.altered == Effect::Session {
            self.tell(RESTORE.to_owned()).await?;
            self.altered = Effect::None;
        }
        Ok(())
    }
}

/// Whether a statement is a raw one whose text is judged so.
fn is_raw(job: &Job<'_>, judge: impl FnOnce(&str) -> bool) -> bool {
    matches!(job.statement(), Statement::Raw(_)) && job.sql().is_some_and(|sql| judge(&sql))
}

async fn after_begin<T>(link: &Link, opening: &mut Option<Sent<'static, Told<()>>>, question: impl Future<Output = T>) -> Result<T> {
    let Some(sent) = opening.take() else { return Ok(question.await) };
    // The one that was sent first is polled first.
    let (begun, answer) = join(sent.answer(), question).await;
    link.set_beginning(false);
    begun.map_err(from_driver).map(|()| answer)
}
