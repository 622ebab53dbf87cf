//! The wire: a socket, plain or under TLS, and how the two are agreed on.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use aludel_sql::{Error, ErrorKind, Result};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::certificate::endpoint_hash;
use crate::url::{Encryption, Host};

/// A peer that is gone is noticed after about half a minute, also while nothing is sent.
const KEEPALIVE: TcpKeepalive =
    TcpKeepalive::new().with_time(Duration::from_secs(15)).with_interval(Duration::from_secs(5)).with_retries(3);
/// As long, while something is sent.
const USER_TIMEOUT: Duration = Duration::from_secs(30);

/// SSLRequest: its length and its number.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// A connection to a server.
#[derive(Debug)]
pub(crate) enum Wire {
    /// Over the network, as it is.
    Tcp(TcpStream),
    /// Within the machine.
    Unix(UnixStream),
    /// Over the network, encrypted.
    Tls(Box<TlsStream<TcpStream>>),
}

impl Wire {
    /// Connects to a host, encrypted as it is asked for. `Prefer` is content without.
    pub(crate) async fn open(host: &Host, encryption: Encryption, tls: Option<&Arc<ClientConfig>>) -> Result<Self> {
        let (name, port, socket) = match host {
            Host::Unix(folder, port) => {
                let socket = UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).await;
                return socket.map(Self::Unix).map_err(|error| unreachable(host, &error));
            }
            Host::Tcp(name, port) => (name, *port, TcpStream::connect((name.as_str(), *port)).await),
        };
        let socket = socket.and_then(configured).map_err(|error| unreachable(host, &error))?;
        let Some(tls) = tls else { return Ok(Self::Tcp(socket)) };
        match encrypted(socket, name, tls).await {
            Ok(stream) => Ok(Self::Tls(Box::new(stream))),
            Err(Refusal::Unwilling(socket)) if encryption == Encryption::Prefer => Ok(Self::Tcp(socket)),
            Err(Refusal::Unwilling(_)) => {
                Err(Error::new(ErrorKind::Connect, format!("the server `{host}` does not encrypt, and the URL asks for it"))
                    .hint("set `ssl = on` on the server, or write `sslmode=prefer` if nobody can listen on the way there"))
            }
            Err(Refusal::Failed(_)) if encryption == Encryption::Prefer => {
                let socket = TcpStream::connect((name.as_str(), port)).await.and_then(configured);
                socket.map(Self::Tcp).map_err(|error| unreachable(host, &error))
            }
            Err(Refusal::Failed(error)) => Err(untrusted(host, error)),
        }
    }

    /// The hash of the server's certificate, if there is one that a password exchange can be bound to.
    pub(crate) fn endpoint(&self) -> Option<Vec<u8>> {
        match self {
            Self::Tls(stream) => endpoint_hash(stream.get_ref().1.peer_certificates()?.first()?),
            Self::Tcp(_) | Self::Unix(_) => None,
        }
    }
}

/// Why a connection is not encrypted.
enum Refusal {
    /// The server does not.
    Unwilling(TcpStream),
    /// It would, but no agreement was found.
    Failed(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

async fn encrypted(mut socket: TcpStream, name: &str, tls: &Arc<ClientConfig>) -> Result<TlsStream<TcpStream>, Refusal> {
    socket.write_all(&SSL_REQUEST).await?;
    // No byte more: what stands behind it would be taken for encrypted later (CVE-2021-23222).
    match socket.read_u8().await? {
        b'S' => {}
        b'N' => return Err(Refusal::Unwilling(socket)),
        _ => return Err(Refusal::Failed(io::Error::new(io::ErrorKind::InvalidData, "the answer is none of PostgreSQL's"))),
    }
    let name = ServerName::try_from(name.to_owned()).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    Ok(TlsConnector::from(Arc::clone(tls)).connect(name, socket).await?)
}

fn configured(socket: TcpStream) -> io::Result<TcpStream> {
    socket.set_nodelay(true)?;
    let options = SockRef::from(&socket);
    options.set_tcp_keepalive(&KEEPALIVE)?;
    #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
    options.set_tcp_user_timeout(Some(USER_TIMEOUT))?;
    Ok(socket)
}

#[cold]
fn unreachable(host: &Host, error: &io::Error) -> Error {
    let (why, hint) = match error.kind() {
        io::ErrorKind::ConnectionRefused => ("nothing listens there", "start the server, or check host and port of the URL"),
        io::ErrorKind::NotFound => ("there is no such socket", "start the server, or check the folder and the port of the URL"),
        io::ErrorKind::PermissionDenied => ("the socket may not be used", "check the permissions of the socket's folder"),
        io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => {
            ("the server has closed the connection", "look into the server's log; another program may listen on this port")
        }
        _ => ("there is no way to it", "check the name of the host, and whether the network lets the connection through"),
    };
    Error::new(ErrorKind::Connect, format!("the server `{host}` cannot be reached: {why}")).hint(hint).with_detail(error.to_string())
}

#[cold]
fn untrusted(host: &Host, error: io::Error) -> Error {
    if matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe) {
        return unreachable(host, &error);
    }
    let message = format!("no encrypted connection to the server `{host}` came about");
    Error::new(ErrorKind::Connect, message)
        .hint(
            "`verify-full` asks for a certificate of this very host, from an authority of the system or of `sslrootcert=FILE`; \
             `verify-ca` does not ask for the host, `require` asks for none",
        )
        .caused_by(error.to_string())
}

macro_rules! each {
    ($self:ident, $stream:ident => $call:expr) => {
        match $self.get_mut() {
            Wire::Tcp($stream) => $call,
            Wire::Unix($stream) => $call,
            Wire::Tls($stream) => $call,
        }
    };
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        each!(self, stream => Pin::new(stream).poll_read(context, buffer))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        each!(self, stream => Pin::new(stream).poll_write(context, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, stream => Pin::new(stream).poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, stream => Pin::new(stream).poll_shutdown(context))
    }
}
