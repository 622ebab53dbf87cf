//! `Proxy`: listens on a port of its own, and passes on to the server.

use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::fault::Fault;
use super::relay::{Seen, relay};

/// A proxy. Dropped, it lets nobody in any more; the connections that go through it stay as they are.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    seen: Arc<Seen>,
    listening: JoinHandle<()>,
}

impl Proxy {
    /// Listens for connections to a server, `host:port`; the fault strikes the first one of them.
    ///
    /// # Errors
    /// If there is no port to be had.
    pub async fn to(server: &str, fault: Fault) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let seen = Arc::<Seen>::default();
        let listening = tokio::spawn(listen(listener, server.to_owned(), (fault, Arc::clone(&seen))));
        Ok(Self { port, seen, listening })
    }

    /// The port that it listens on, at 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Keeps all connections open from now on, those to come too, and passes nothing on.
    pub fn stall(&self) {
        self.seen.silent.store(true, Ordering::Release);
    }

    /// Passes on again what comes; what came meanwhile is lost.
    pub fn resume(&self) {
        self.seen.silent.store(false, Ordering::Release);
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::Acquire)
    }

    /// How many bytes the engine and the server have said on the first connection.
    pub fn bytes(&self) -> (usize, usize) {
        (self.seen.from_client.load(Ordering::Acquire), self.seen.from_server.load(Ordering::Acquire))
    }

    /// What the server has said.
    pub fn answers(&self) -> Vec<u8> {
        self.seen.answered.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the engine has said this word, on any connection that is not encrypted.
    pub fn has_heard(&self, word: &str) -> bool {
        let said = self.seen.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.windows(word.len()).any(|bytes| bytes == word.as_bytes())
    }
}

async fn listen(listener: TcpListener, server: String, (fault, seen): (Fault, Arc<Seen>)) {
    let mut first = Some(fault);
    while let Ok((client, _)) = listener.accept().await {
        seen.connections.fetch_add(1, Ordering::AcqRel);
        let fault = first.take();
        let Ok(server) = TcpStream::connect(&server).await else { continue };
        tokio::spawn(relay(client, server, (fault, Arc::clone(&seen))));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}
