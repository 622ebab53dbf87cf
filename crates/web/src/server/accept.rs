//! The accept loop: takes connections while there is room, backs off when the system has none, and stops in order.

use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use hyper_util::rt::TokioExecutor;
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};
use tokio_util::task::TaskTracker;

use crate::life::Service;

use super::connection;
use super::roll::Roll;
use super::watch::Patience;

/// How long nothing is accepted after the system could not give a connection, usually for want of file descriptors.
/// The next attempt at once would fail again and burn a processor.
const BACK_OFF: Duration = Duration::from_millis(200);

/// How often a stopping server looks whether its connections are done.
const STOP_STEP: Duration = Duration::from_millis(100);

/// Serves an application on a listener until `shutdown` is done, then stops in order.
///
/// Stopping means: nothing is accepted any more; requests that are being answered are finished, within `Limits::grace`;
/// connections without a request are closed; then the requests that go on without a client are waited for, within the same
/// time. It returns when nothing runs any more.
///
/// # Errors
/// What the system says of a listener that is none. A single connection's error is not one of these.
pub async fn serve<S>(service: Service, listener: TcpListener, shutdown: S) -> io::Result<()>
where
    S: Future<Output = ()> + Send,
{
    let server = Server::new(service);
    let outcome = match select(pin!(server.accept_until(&listener, shutdown)), pin!(server.watch(server.patience.step()))).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(((), _)) => Ok(()),
    };
    drop(listener);
    server.stop().await;
    outcome
}

struct Server {
    service: Service,
    http: Arc<Builder<TokioExecutor>>,
    roll: Roll,
    patience: Patience,
    tasks: TaskTracker,
}

impl Server {
    fn new(service: Service) -> Self {
        let limits = service.limits();
        let (http, patience) = (Arc::new(connection::http(limits)), Patience::new(limits));
        Self { service, http, roll: Roll::default(), patience, tasks: TaskTracker::new() }
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

    async fn stop(&self) {
        let deadline = Instant::now() + self.service.limits().grace;
        self.roll.leave();
        self.tasks.close();
        let all_done = async {
            select(pin!(self.tasks.wait()), pin!(self.watch(STOP_STEP))).await;
        };
        if tokio::time::timeout_at(deadline, all_done).await.is_err() {
            tracing::warn!("{} connections did not end in time and are cut", self.tasks.len());
            self.roll.end();
            self.tasks.wait().await;
        }
        self.service.drained(deadline.saturating_duration_since(Instant::now())).await;
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
