//! One connection from its accept to its end: hyper's future and the orders that the connection is given.

use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::rt::Executor;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::{Builder, UpgradeableConnection};
use tokio::net::TcpStream;
use tokio_util::task::TaskTracker;

use crate::life::Service;
use crate::limits::Limits;

use super::pulse::Pulse;
use super::roll::Enrolled;
use super::signal::Order;
use super::stream::Stream;
use super::traffic::Traffic;

type Http<'c> = UpgradeableConnection<'c, TokioIo<Stream>, Traffic, Spawner>;

/// hyper keeps room for so many headers on the stack; any other number costs an allocation for each request.
const HEADERS_WITHOUT_ALLOCATION: usize = 100;

/// How often a client of HTTP/2 that has open requests is asked whether it is still there, and how long it may wait.
const PING: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(20));

/// Spawns the requests of HTTP/2 connections, which are tasks of their own, among those that a stopping server waits for.
#[derive(Debug, Clone)]
pub(super) struct Spawner(pub(super) TaskTracker);

impl<F> Executor<F> for Spawner
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, future: F) {
        self.0.spawn(future);
    }
}

/// Sets up hyper within the limits.
pub(super) fn http(limits: &Limits, spawner: Spawner) -> Builder<Spawner> {
    let mut builder = Builder::new(spawner);
    let mut http1 = builder.http1();
    // The roll bounds the time for headers, over both protocols and without a timer for each request.
    http1.header_read_timeout(None).max_buf_size(limits.max_header_bytes);
    if limits.max_headers != HEADERS_WITHOUT_ALLOCATION {
        http1.max_headers(limits.max_headers);
    }
    let header_list = u32::try_from(limits.max_header_bytes).unwrap_or(u32::MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING.0)
        .keep_alive_timeout(PING.1)
        .max_concurrent_streams(limits.max_streams)
        .max_header_list_size(header_list);
    builder
}

/// Serves one connection to its end.
pub(super) async fn run(builder: &Builder<Spawner>, service: Service, (tcp, peer): (TcpStream, SocketAddr), enrolled: Enrolled) {
    let pulse = &enrolled.pulse;
    let stream = TokioIo::new(Stream::new(tcp, pulse.clone()));
    let traffic = Traffic::new(service, peer, pulse.clone());
    let mut http = pin!(builder.serve_connection_with_upgrades(stream, traffic));
    let mut last = Order::Stay;
    while last < Order::End {
        last = poll_fn(|cx| poll(http.as_mut(), pulse, last, cx)).await;
        if last == Order::Leave {
            http.as_mut().graceful_shutdown();
        }
    }
}

/// Serves until the connection ends or is told something.
fn poll(http: Pin<&mut Http<'_>>, pulse: &Pulse, last: Order, cx: &mut Context<'_>) -> Poll<Order> {
    match http.poll(cx) {
        // What went wrong is the client's affair: it is gone, or has sent what is no HTTP and was told so.
        Poll::Ready(_) => Poll::Ready(Order::End),
        Poll::Pending => pulse.poll_order(last, cx),
    }
}
