//! From a location to a connection: the hosts in their order, each with its share of the time; encryption, password, and whether the
//! server is one that is meant. Also how a server is asked to end a statement.

use std::collections::hash_map::RandomState;
use std::future::{Ready, ready};
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use aludel_sql::{Error, ErrorKind, Result};
use rustls::ClientConfig;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::time::{Instant, timeout};
use tokio_postgres::config::{SslMode, SslNegotiation};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};
use tokio_postgres::{CancelToken, Client, Config, Connection};

use crate::answer::field;
use crate::errors::{at_startup, from_driver};
use crate::tap::{Heard, Tap};
use crate::url::{Encryption, Host, Location, Target};
use crate::wire::Wire;

/// What drives a connection.
pub(crate) type Actor = Connection<Tap<Wire>, Through<Tap<Wire>>>;

/// A connection that has just been opened.
pub(crate) struct Opened {
    pub(crate) client: Client,
    pub(crate) actor: Actor,
    pub(crate) heard: Arc<Heard>,
    pub(crate) route: Arc<Route>,
    /// Whether the server numbers transactions, and tells what became of a number.
    pub(crate) numbers: bool,
    /// Whether it was chosen because it takes writes.
    pub(crate) takes_writes: bool,
}

/// How a server was reached.
#[derive(Debug)]
pub(crate) struct Route {
    host: Host,
    encryption: Encryption,
    tls: Option<Arc<ClientConfig>>,
    /// What the startup says.
    config: Config,
}

/// Why a host was not it, and whether the others are to be tried.
struct Failure {
    error: Error,
    is_final: bool,
}

/// Opens a connection to the first host that is meant.
pub(crate) async fn dial(location: &Location, tls: Option<&Arc<ClientConfig>>) -> Result<Opened> {
    let passes = match location.target {
        Target::PreferStandby => vec![Target::Standby, Target::Any],
        target => vec![target],
    };
    let mut hosts: Vec<_> = location.hosts.iter().collect();
    if location.load_balance {
        // As libpq does: in a new order for each connection.
        hosts.sort_by_cached_key(|_| RandomState::new().build_hasher().finish());
    }
    let attempts: Vec<_> = passes.iter().flat_map(|target| hosts.iter().map(move |host| (*host, *target))).collect();
    let (config, deadline) = (config(location), Instant::now() + location.connect_timeout);
    let mut failures = Vec::new();
    for (nth, (host, target)) in attempts.iter().enumerate() {
        let share = deadline.saturating_duration_since(Instant::now()) / u32::try_from(attempts.len() - nth).unwrap_or(u32::MAX);
        let route = Route { host: (*host).clone(), encryption: location.encryption, tls: tls.cloned(), config: config.clone() };
        match timeout(share, attempt(location, (Arc::new(route), *target))).await {
            Ok(Ok(opened)) => return Ok(opened),
            Ok(Err(Failure { error, is_final: true })) => return Err(error),
            Ok(Err(Failure { error, .. })) => failures.push(error),
            Err(_elapsed) => failures.push(silent(host, share)),
        }
    }
    Err(none_of(location, failures))
}

#[cold]
fn silent(host: &Host, waited: Duration) -> Error {
    let waited = waited.as_millis().next_multiple_of(100);
    Error::new(ErrorKind::Timeout, format!("the server `{host}` has not opened a connection within {waited} ms"))
        .hint("check host and port of the URL, and whether something on the way swallows the connection; `connect_timeout=SECONDS` allows more time")
}

#[cold]
fn none_of(location: &Location, mut failures: Vec<Error>) -> Error {
    match (failures.pop(), failures.is_empty()) {
        (Some(only), true) => only,
        (Some(last), false) => {
            failures.push(last);
            let list: Vec<_> = failures.iter().map(Error::to_string).collect();
            Error::new(ErrorKind::Connect, format!("none of the servers of `{}` is one that is meant and answers", location.name()))
                .hint(list.join("; "))
        }
        (None, _) => Error::new(ErrorKind::Config, "the URL names no host"),
    }
}

/// What the startup says. The settings cost no round trip there.
fn config(location: &Location) -> Config {
    let mut options =
        "-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601 -c extra_float_digits=3 -c standard_conforming_strings=on".to_owned();
    if let Some(timeout) = location.statement_timeout {
        options += &format!(" -c statement_timeout={}", timeout.as_millis());
    }
    if let Some(more) = &location.options {
        options += &format!(" {more}");
    }
    let mut config = Config::new();
    config.user(&location.user).dbname(&location.database).options(options);
    // Encrypted or not was settled before: for tokio-postgres both is a connection that is secure already.
    config.ssl_mode(SslMode::Require).ssl_negotiation(SslNegotiation::Direct);
    if let Some(password) = &location.password {
        config.password(&password.0);
    }
    if let Some(name) = &location.application_name {
        config.application_name(name);
    }
    config
}

async fn attempt(location: &Location, (route, target): (Arc<Route>, Target)) -> Result<Opened, Failure> {
    let next = |error| Failure { error, is_final: false };
    let wire = Wire::open(&route.host, route.encryption, route.tls.as_ref()).await.map_err(next)?;
    let (passage, tap) = (Passage { endpoint: wire.endpoint() }, Tap::new(wire));
    let heard = tap.heard();
    let (client, actor) = route.config.connect_raw(tap, passage).await.map_err(|error| {
        let is_final = error.code().is_some_and(|code| ["28", "3D"].iter().any(|class| code.code().starts_with(class)));
        Failure { error: at_startup(error, &route.host.to_string(), (&location.user, &location.database)), is_final }
    })?;
    let numbers = tells_numbers(actor.parameter("server_version"), actor.parameter("crdb_version"));
    let opened = Opened { client, actor, heard, route, numbers, takes_writes: matches!(target, Target::ReadWrite | Target::Primary) };
    match opened.is_meant(target) {
        true => Ok(opened),
        false => Err(next(
            Error::new(ErrorKind::Connect, format!("the server `{}` is not one that `target_session_attrs` asks for", opened.route.host))
                .hint("name the other servers too, `postgres://user@one,two/database`"),
        )),
    }
}

/// Whether it is PostgreSQL 13 or later: a question that the server does not know would end the transaction.
fn tells_numbers(version: Option<&str>, cockroach: Option<&str>) -> bool {
    let major = version.and_then(|version| version.split(|letter: char| !letter.is_ascii_digit()).next()?.parse::<u32>().ok());
    cockroach.is_none() && major.is_some_and(|major| major >= 13)
}

impl Opened {
    /// Whether the server is one that is meant, by what it has reported (PostgreSQL 14 and later; older ones count as primaries).
    fn is_meant(&self, target: Target) -> bool {
        let is_on = |name: &str| self.actor.parameter(name) == Some("on");
        let (standby, read_only) = (is_on("in_hot_standby"), is_on("in_hot_standby") || is_on("default_transaction_read_only"));
        match target {
            Target::Any | Target::PreferStandby => true,
            Target::ReadWrite => !read_only,
            Target::ReadOnly => read_only,
            Target::Primary => !standby,
            Target::Standby => standby,
        }
    }
}

impl Route {
    /// Asks the server to end what runs on a connection, and waits until it has passed the order on.
    pub(crate) async fn cancel(&self, token: &CancelToken) -> Result {
        let mut wire = Wire::open(&self.host, self.encryption, self.tls.as_ref()).await?;
        token.cancel_query_raw(&mut wire, Passage { endpoint: None }).await.map_err(from_driver)?;
        // The server closes the connection once the order is given; how it ends says nothing.
        let _closed = wire.read_u8().await;
        Ok(())
    }

    /// Asks the server, over another connection, whether one of its processes is at work; it counts as at work if nobody can tell.
    pub(crate) async fn is_at_work(&self, process: u32) -> Result<bool> {
        let tap = Tap::new(Wire::open(&self.host, self.encryption, self.tls.as_ref()).await?);
        let (passage, heard) = (Passage { endpoint: tap.stream.endpoint() }, tap.heard());
        let (client, actor) = match self.config.connect_raw(tap, passage).await {
            Ok(opened) => opened,
            // It is there, and has no connection left.
            Err(error) if error.code().is_some_and(|code| code.code() == "53300") => return Ok(true),
            Err(error) => return Err(from_driver(error)),
        };
        // It ends with the client.
        tokio::spawn(actor);
        // One that waits for us has not got all of what it was asked.
        let sql = format!(
            "SELECT pg_backend_pid(), EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = {process} \
             AND coalesce(state, 'unknown') NOT LIKE 'idle%' AND wait_event IS DISTINCT FROM 'ClientRead')"
        );
        let answer = client.simple_query(&sql).await.map_err(from_driver)?;
        // Behind a pooler the numbers are other ones.
        Ok(field(&answer, 0).zip(field(&answer, 1)).is_none_or(|(own, at_work)| own != heard.process().to_string() || at_work == "t"))
    }
}

/// What tokio-postgres takes for TLS: the stream as it is.
struct Passage {
    endpoint: Option<Vec<u8>>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> TlsConnect<S> for Passage {
    type Stream = Through<S>;
    type Error = io::Error;
    type Future = Ready<io::Result<Through<S>>>;

    fn connect(self, stream: S) -> Self::Future {
        ready(Ok(Through { stream, endpoint: self.endpoint }))
    }
}

/// A stream, and what a password exchange over it is bound to.
pub(crate) struct Through<S> {
    stream: S,
    endpoint: Option<Vec<u8>>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Through<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.endpoint.clone().map_or_else(ChannelBinding::none, ChannelBinding::tls_server_end_point)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Through<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Through<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
