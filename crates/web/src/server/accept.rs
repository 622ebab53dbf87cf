//! The accept loop: takes connections while there is room, backs off when the system has none, and stops in order.

use std::future::Future;
use std::io::{self, ErrorKind};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::life::Service;

use super::connection::{Connections, http};

/// How long nothing is accepted after the system could not give a connection, usually for want of file descriptors.
/// The next attempt at once would fail again and burn a processor.
const BACK_OFF: Duration = Duration::from_millis(200);

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
    let connections = Arc::new(Connections {
        http: http(service.limits()),
        service: service.clone(),
        stop: CancellationToken::new(),
        kill: CancellationToken::new(),
    });
    let tasks = TaskTracker::new();
    let outcome = match select(pin!(shutdown), pin!(accept_all(&listener, &connections, &tasks))).await {
        Either::Left(((), _)) => Ok(()),
        Either::Right((error, _)) => Err(error),
    };
    drop(listener);
    stop(&service, &connections, &tasks).await;
    outcome
}

/// Accepts connections for ever, or until the listener itself turns out to be broken.
async fn accept_all(listener: &TcpListener, connections: &Arc<Connections>, tasks: &TaskTracker) -> io::Error {
    let room = Arc::new(Semaphore::new(connections.service.limits().max_connections));
    loop {
        let Ok(place) = room.clone().acquire_owned().await else { return ErrorKind::BrokenPipe.into() };
        let (tcp, peer) = match accept(listener).await {
            Ok(accepted) => accepted,
            Err(error) => return error,
        };
        let connections = connections.clone();
        tasks.spawn(async move {
            connections.run(tcp, peer).await;
            drop(place);
        });
    }
}

async fn accept(listener: &TcpListener) -> io::Result<(TcpStream, std::net::SocketAddr)> {
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

async fn stop(service: &Service, connections: &Connections, tasks: &TaskTracker) {
    let deadline = Instant::now() + service.limits().grace;
    connections.stop.cancel();
    tasks.close();
    if timeout_at(deadline, tasks.wait()).await.is_err() {
        tracing::warn!("{} connections did not end in time and are cut", tasks.len());
        connections.kill.cancel();
        tasks.wait().await;
    }
    service.drained(deadline.saturating_duration_since(Instant::now())).await;
}
