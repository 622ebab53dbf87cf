//! One connection from its accept to its end: hyper's future, the watch, and a stopping server's signals.

use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::time::Duration;

use futures_util::future::{Either, select};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::{Builder, UpgradeableConnection};
use tokio::net::TcpStream;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::life::Service;
use crate::limits::Limits;

use super::pulse::Pulse;
use super::stream::Stream;
use super::traffic::Traffic;
use super::watch::{Verdict, Watch};

/// What all connections of a server share.
pub(super) struct Connections {
    pub(super) service: Service,
    pub(super) http: Builder<TokioExecutor>,
    /// Cancelled when no further requests are wanted.
    pub(super) stop: CancellationToken,
    /// Cancelled when the time for those that there are is over.
    pub(super) kill: CancellationToken,
}

type Http<'c> = UpgradeableConnection<'c, TokioIo<Stream>, Traffic, TokioExecutor>;

/// How long a connection that was asked to end may take to say so.
const LAST_WORDS: Duration = Duration::from_millis(250);

/// hyper keeps room for so many headers on the stack; any other number costs an allocation for each request.
const HEADERS_WITHOUT_ALLOCATION: usize = 100;

/// How often a client of HTTP/2 that has open requests is asked whether it is still there, and how long it may wait.
const PING: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(20));

/// Sets up hyper within the limits.
pub(super) fn http(limits: &Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    let mut http1 = builder.http1();
    // The watch bounds the time for headers, over both protocols and without a timer for each request.
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

/// What a connection waited for.
enum Event {
    Ended,
    Signal,
    Step,
}

impl Connections {
    /// Serves one connection to its end.
    pub(super) async fn run(&self, tcp: TcpStream, peer: SocketAddr) {
        let pulse = Pulse::default();
        let stream = TokioIo::new(Stream::new(tcp, pulse.clone()));
        let traffic = Traffic::new(self.service.clone(), peer, pulse.clone());
        let mut http = pin!(self.http.serve_connection_with_upgrades(stream, traffic));
        let mut watch = Watch::new(self.service.limits());
        if let Some(why) = self.until_leaving(http.as_mut(), &pulse, &mut watch).await {
            tracing::debug!(%peer, "closing a connection: {why}");
            http.as_mut().graceful_shutdown();
            self.leave(http, &pulse, &mut watch).await;
        }
    }

    /// Serves until the connection has to leave, and says why; none if it is over already.
    async fn until_leaving(&self, mut http: Pin<&mut Http<'_>>, pulse: &Pulse, watch: &mut Watch) -> Option<&'static str> {
        let step = watch.step();
        loop {
            match event(http.as_mut(), &self.stop, step).await {
                Event::Ended => return None,
                Event::Signal => return Some("the server stops"),
                Event::Step => match watch.look(pulse.read(), step) {
                    Verdict::Keep => {}
                    Verdict::Close(why) => return Some(why),
                    Verdict::Cut(why) => {
                        tracing::debug!("cutting a connection: {why}");
                        return None;
                    }
                },
            }
        }
    }

    /// Lets a connection finish what it is at; one that is at nothing, or gets nowhere, is dropped.
    async fn leave(&self, mut http: Pin<&mut Http<'_>>, pulse: &Pulse, watch: &mut Watch) {
        let step = LAST_WORDS.min(watch.step());
        while let Event::Step = event(http.as_mut(), &self.kill, step).await {
            let now = pulse.read();
            if now.is_idle() || matches!(watch.look(now, step), Verdict::Cut(_)) {
                return;
            }
        }
    }
}

async fn event(http: Pin<&mut Http<'_>>, signal: &CancellationToken, step: Duration) -> Event {
    let (signal, step) = (pin!(signal.cancelled()), pin!(sleep(step)));
    match select(http, select(signal, step)).await {
        Either::Left(_) => Event::Ended,
        Either::Right((Either::Left(_), _)) => Event::Signal,
        Either::Right((Either::Right(_), _)) => Event::Step,
    }
}
