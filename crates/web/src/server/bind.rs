//! Opens the port, with an error that says which one and what to do.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::IpAddr;

use tokio::net::TcpListener;

/// Why a port cannot be listened on.
#[derive(Debug)]
pub struct BindError {
    host: String,
    port: u16,
    source: io::Error,
}

impl BindError {
    /// Returns what the system said.
    #[must_use]
    pub fn kind(&self) -> io::ErrorKind {
        self.source.kind()
    }

    /// Returns what to do now, if that is known.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self.source.kind() {
            io::ErrorKind::AddrInUse => Some("stop the program that uses it, or choose another port; port 0 takes any free one"),
            io::ErrorKind::PermissionDenied => Some("ports below 1024 need special rights; choose a higher one"),
            io::ErrorKind::AddrNotAvailable => Some("this machine has no such address; `127.0.0.1` is local, `0.0.0.0` is all"),
            _ if self.host.parse::<IpAddr>().is_err() => {
                Some("the host is an address or a name of this machine: `127.0.0.1` is local, `0.0.0.0` is all")
            }
            _ => None,
        }
    }
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, source } = self;
        match source.kind() {
            io::ErrorKind::AddrInUse => write!(f, "`{host}:{port}` is in use already")?,
            _ => write!(f, "cannot listen on `{host}:{port}`")?,
        }
        match self.hint() {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl Error for BindError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}

/// Listens on a port; 0 takes any free one.
///
/// # Errors
/// [`BindError`], which names host and port: in use, not permitted, no such address.
pub async fn bind(host: &str, port: u16) -> Result<TcpListener, BindError> {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    TcpListener::bind((bare, port)).await.map_err(|source| BindError { host: host.to_owned(), port, source })
}
