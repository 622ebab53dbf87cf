//! The accept loop: takes connections while there is room, backs off when the system has none, and stops in order.

use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::sleep;
use tokio_util::task::TaskTracker;

use crate::life::Service;

use super::alarm::Alarm;
use super::connection::{self, Spawner};
use super::roll::Roll;
use super::watch::Patience;

/// How long nothing is accepted after the system could not give a connection, usually for want of file descriptors.
/// The next attempt at once would fail again and burn a processor.
const BACK_OFF: Duration = Duration::from_millis(200);

/// How often a stopping server looks whether its connections are done.
const STOP_STEP: Duration = Duration::from_millis(100);

/// How long resources and teardown hooks of dropped handlers may hold up the end of the server.
const LAST_WAIT: Duration = Duration::from_secs(3);

/// How a server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    given_up: usize,
}

impl Served {
    /// Returns how many requests it gave up: they would not end in time, and their threads may be at them still.
    #[must_use]
    pub fn given_up(self) -> usize {
        self.given_up
    }
}

/// Serves an application on a listener until `shutdown` is done, then stops in order; `hurry` is listened to from then on.
///
/// Stopping means: nothing is accepted any more; requests that are being answered are finished, and those that go on without
/// a client too; connections without a request are closed. That may take `Limits::grace`, or until `hurry` is done. Then
/// handlers are dropped, and their resources and teardown hooks have three seconds more. A handler that does not come to its
/// next await cannot be dropped: it is given up, and the server returns all the same. Without a hurry, say
/// [`std::future::pending`].
///
/// # Errors
/// What the system says of a listener that is none. A single connection's error is not one of these.
pub async fn serve<S, H>(service: Service, listener: TcpListener, shutdown: S, hurry: H) -> io::Result<Served>
where
    S: Future<Output = ()> + Send,
    H: Future<Output = ()> + Send,
{
    let server = Server::new(service);
    let outcome = match select(pin!(server.accept_until(&listener, shutdown)), pin!(server.watch(server.patience.step()))).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(((), _)) => Ok(()),
    };
    drop(listener);
    let given_up = server.stop(hurry).await;
    outcome.map(|()| Served { given_up })
}

struct Server {
    service: Service,
    http: Arc<Builder<Spawner>>,
    roll: Roll,
    patience: Patience,
    tasks: TaskTracker,
}

impl Server {
    fn new(service: Service) -> Self {
        let limits = service.limits();
        let tasks = TaskTracker::new();
        let (http, patience) = (Arc::new(connection::http(limits, Spawner(tasks.clone()))), Patience::new(limits));
        Self { service, http, roll: Roll::default(), patience, tasks }
    }

    async fn accept_until(&self, listener: &TcpListener, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        match select(pin!(shutdown), pin!(self.accept_all(listener))).await {
            Either::Left(((), _)) => Ok(()),
            Either::Right((error, _)) => Err(error),
        }
    }

    /// Accepts connections for ever, or until the listener itself turns out to be broken.
    async fn accept_all(&self, listener: &TcpListener) -> io::Error {
        let room = Arc::new(Semaphore::new(self.service.limits().max_connections));
        loop {
            let Ok(place) = room.clone().acquire_owned().await else { return ErrorKind::BrokenPipe.into() };
            let accepted = match accept(listener).await {
                Ok(accepted) => accepted,
                Err(error) => return error,
            };
            // Enrolled here and not by the task, so that an order to leave misses no one.
            let (enrolled, service, http) = (self.roll.enroll(), self.service.clone(), self.http.clone());
            self.tasks.spawn(async move {
                connection::run(&http, service, accepted, enrolled).await;
                drop(place);
            });
        }
    }

    /// Looks after the connections for ever.
    async fn watch(&self, step: Duration) {
        loop {
            sleep(step).await;
            self.roll.look(step, &self.patience);
        }
    }

    /// Stops in order and returns how many requests are given up.
    async fn stop(&self, hurry: impl Future<Output = ()>) -> usize {
        self.roll.leave();
        self.tasks.close();
        let (grace, hurry) = (pin!(Alarm::after(self.service.limits().grace).rings()), pin!(hurry));
        let patience = select(grace, hurry);
        if let Either::Left(_) = select(pin!(self.all_done()), patience).await {
            return 0;
        }
        let left = self.tasks.len() + self.service.detached();
        tracing::warn!("{left} connections and requests did not end in time and are cut");
        self.roll.end();
        self.service.hurry();
        if let Either::Left(_) = select(pin!(self.all_done()), pin!(Alarm::after(LAST_WAIT).rings())).await {
            return 0;
        }
        let given_up = self.tasks.len() + self.service.detached();
        tracing::error!("{given_up} handlers do not come to an await, so that they cannot be dropped: they are given up");
        given_up
    }

    /// Waits for the connections, and then for the requests that go on without one.
    async fn all_done(&self) {
        select(pin!(self.tasks.wait()), pin!(self.watch(STOP_STEP))).await;
        self.service.drained().await;
    }
}

async fn accept(listener: &TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
    loop {
        match listener.accept().await {
            Ok((tcp, peer)) => {
                // Answers are written whole: waiting for more to send along would only delay them.
                let _ = tcp.set_nodelay(true);
                return Ok((tcp, peer));
            }
            Err(error) => match error.kind() {
                ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused => {}
                ErrorKind::InvalidInput => return Err(error),
                _ => {
                    tracing::error!("cannot accept a connection: {error}");
                    sleep(BACK_OFF).await;
                }
            },
        }
    }
}
