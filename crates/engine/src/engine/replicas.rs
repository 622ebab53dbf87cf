//! `Replicas`: servers that repeat what the primary does. One is lent for an owner's reading once it has come as far as the primary had
//! after the owner's last write.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aludel_sql::{Error, ErrorKind, Result};
use tokio::time::timeout;

use super::backend::Backend;
use super::connection::Connection;
use super::silence::{settled, soon};
use super::written::{Write, Writes};
use crate::faults::Fault;
use crate::holder::Owner;
use crate::pool::{Lend, Pool, Slot};
use crate::port::Position;

/// How long a replica may take to come as far as it must; then the next one is asked without a wait, and the primary at last.
const WAIT: Duration = Duration::from_millis(200);
/// How long one waits for a connection to a replica where all of them are lent; then the next replica is asked, or the primary.
const PLACE: Duration = Duration::from_millis(50);
/// Between two questions how far it has come.
const STEP: Duration = Duration::from_millis(4);
/// How long a replica may take to open a connection: who reads has the primary too, and need not wait as long as that would.
const REACH: Duration = Duration::from_secs(1);
/// How long a replica is left alone that could not be reached; and one that said nothing, since each attempt costs [`REACH`].
const REST: Duration = Duration::from_secs(2);
const LONG_REST: Duration = Duration::from_secs(30);
/// For so long nobody waits again for one that was waited for in vain.
const BEHIND: Duration = Duration::from_secs(1);

/// A server and the connections to it.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) backend: Arc<Backend>,
    pub(super) pool: Arc<Pool>,
}

impl Server {
    async fn connect(&self) -> Result<Connection> {
        Ok(self.connection(self.pool.lend(Lend::Holder).await?))
    }

    /// As [`connect`](Server::connect), without a long wait for others or for the server: none if all connections are lent.
    async fn connect_soon(&self) -> Result<Option<Connection>> {
        let lent = timeout(REACH, self.pool.lend_within(PLACE, Lend::Holder)).await;
        let silent = |_elapsed| Error::new(ErrorKind::Timeout, format!("it has not opened a connection within {} ms", REACH.as_millis()));
        Ok(lent.map_err(silent)??.map(|slot| self.connection(slot)))
    }

    fn connection(&self, slot: Slot) -> Connection {
        Connection::new(Arc::clone(&self.backend), slot)
    }
}

/// The replicas of an engine.
pub(super) struct Replicas {
    members: Vec<Member>,
    next: AtomicUsize,
    pub(super) writes: Arc<Writes>,
}

struct Member {
    server: Server,
    rests_until: Until,
    behind_until: Until,
}

/// A moment, if there is one.
#[derive(Default)]
struct Until(Mutex<Option<Instant>>);

impl Until {
    fn is_to_come(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|until| Instant::now() < until)
    }

    fn set(&self, from_now: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + from_now);
    }
}

impl Replicas {
    pub(super) fn new(servers: impl IntoIterator<Item = Server>) -> Self {
        let members =
            servers.into_iter().map(|server| Member { server, rests_until: Until::default(), behind_until: Until::default() }).collect();
        Self { members, next: AtomicUsize::new(0), writes: Arc::default() }
    }

    /// Lends a connection to a replica that has come far enough; none if there is none now.
    pub(super) async fn lend(&self, primary: &Server) -> Option<Connection> {
        let owner = Owner::current();
        let write = match self.writes.last(&owner) {
            None => None,
            Some(write) => Some(self.placed(write, (primary, &owner)).await.ok()?),
        };
        let (first, mut wait) = (self.next.fetch_add(1, Ordering::Relaxed), WAIT);
        for nth in 0..self.members.len() {
            let place = first.wrapping_add(nth) % self.members.len();
            let member = &self.members[place];
            if member.rests_until.is_to_come() {
                continue;
            }
            let lent = async {
                let Some(mut connection) = member.server.connect_soon().await? else { return Ok(None) };
                let goes = match &write {
                    Some((write, position)) if !write.has(place) && !primary.pool.has_fault(Fault::ReplicaUnasked) => {
                        let wait = if member.behind_until.is_to_come() { Duration::ZERO } else { std::mem::take(&mut wait) };
                        member.comes_to(&mut connection, position, wait).await?
                    }
                    _ => true,
                };
                Ok(goes.then_some(connection))
            };
            match lent.await {
                Ok(Some(connection)) => {
                    if let Some((write, _)) = &write {
                        self.note(&owner, write, (place, primary.pool.has_fault(Fault::OneForAll)));
                    }
                    return Some(connection);
                }
                Ok(None) => {}
                Err(error) => member.rest(&error),
            }
        }
        None
    }

    /// How far the primary was after a write, at most; asked of it once.
    async fn placed(&self, write: Write, (primary, owner): (&Server, &Owner)) -> Result<(Write, Position)> {
        let position = match &write.position {
            Some(position) => position.clone(),
            None => primary.connect().await?.position().await?,
        };
        self.writes.change(owner, write.generation, |write| write.position = Some(position.clone()));
        Ok((write, position))
    }

    fn note(&self, owner: &Owner, write: &Write, (place, all): (usize, bool)) {
        self.writes.change(owner, write.generation, |write| match all {
            true => write.note_all(),
            false => write.note(place),
        });
    }
}

impl Member {
    #[cold]
    fn rest(&self, why: &Error) {
        tracing::warn!(target: "aludel::sql", replica = self.server.backend.driver.name(), %why, "a replica is left alone for a while");
        self.rests_until.set(if *why.kind() == ErrorKind::Timeout { LONG_REST } else { REST });
    }

    /// Whether the server comes to a position within this time.
    async fn comes_to(&self, connection: &mut Connection, position: &Position, wait: Duration) -> Result<bool> {
        let end = Instant::now() + wait;
        loop {
            if connection.has_reached(position).await? {
                return Ok(true);
            }
            if Instant::now() >= end {
                if !wait.is_zero() {
                    self.behind_until.set(BEHIND);
                }
                return Ok(false);
            }
            tokio::time::sleep(STEP).await;
        }
    }
}

impl Connection {
    /// How far the server has come.
    pub(super) async fn position(&mut self) -> Result<Position> {
        self.slot.recover().await?;
        let mut exchange = self.slot.exchange();
        let answer = soon(self.backend.silence, exchange.raw().position()).await;
        settled(exchange, answer)
    }

    /// Whether the server has come to a position of another one.
    pub(super) async fn has_reached(&mut self, position: &Position) -> Result<bool> {
        self.slot.recover().await?;
        let mut exchange = self.slot.exchange();
        let answer = soon(self.backend.silence, exchange.raw().has_reached(position)).await;
        settled(exchange, answer)
    }
}
