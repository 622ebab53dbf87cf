//! Every bound that the server and a request's life keep, with its default and the reason for it.

use std::time::Duration;

/// The bounds on what a client may take: sizes, times, numbers.
///
/// ```
/// use aludel_web::Limits;
/// use std::time::Duration;
///
/// let limits = Limits::new().max_body(20 << 20).handler_timeout(Duration::from_secs(60));
/// assert_eq!(limits.max_body, 20 << 20);
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of a request's body: 2 MiB. More is answered with 413, before reading if the client said so beforehand.
    pub max_body: u64,
    /// Bytes of a request's line and headers: 64 KiB, at least 8 KiB. More is answered with 431.
    pub max_header_bytes: usize,
    /// Number of a request's headers over HTTP/1: 100. More is answered with 431.
    pub max_headers: usize,
    /// Connections at one time: 10 000. Further ones wait in the system's queue.
    pub max_connections: usize,
    /// Requests at one time on one HTTP/2 connection: 200.
    pub max_streams: u32,
    /// Time for the first request's protocol and headers, and for the headers of each later one: 30 s. It is looked
    /// at in steps of at most a quarter of itself.
    pub header_timeout: Duration,
    /// Time that a connection may stay open without a request: 75 s, looked at in the same steps.
    pub keep_alive: Duration,
    /// Time for a request's whole body, from the first time that reading it had to wait: 60 s. Raise it along with
    /// `max_body` where slow clients send large files.
    pub body_timeout: Duration,
    /// Time for which a client may take nothing of a response that is ready: 60 s, looked at in the same steps.
    pub write_timeout: Duration,
    /// Time for which a handler may work before its request fails with [`TimedOut`](crate::TimedOut): none.
    pub handler_timeout: Option<Duration>,
    /// Time for which a handler goes on after its client went away, and for which a stopping server waits: 30 s.
    ///
    /// That a client went away is noticed at the handler's next await: what works without one, such as a long statement of an
    /// embedded database, is bounded by `handler_timeout` alone.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_body: 2 * 1024 * 1024,
            max_header_bytes: 64 * 1024,
            max_headers: 100,
            max_connections: 10_000,
            max_streams: 200,
            header_timeout: Duration::from_secs(30),
            keep_alive: Duration::from_secs(75),
            body_timeout: Duration::from_secs(60),
            write_timeout: Duration::from_secs(60),
            handler_timeout: None,
            grace: Duration::from_secs(30),
        }
    }
}

impl Limits {
    /// Returns the defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the largest body, in bytes.
    #[must_use]
    pub fn max_body(mut self, bytes: u64) -> Self {
        self.max_body = bytes;
        self
    }

    /// Sets the largest head of a request, in bytes; less than 8 KiB counts as 8 KiB.
    #[must_use]
    pub fn max_header_bytes(mut self, bytes: usize) -> Self {
        self.max_header_bytes = bytes.max(8 * 1024);
        self
    }

    /// Sets the largest number of headers.
    #[must_use]
    pub fn max_headers(mut self, headers: usize) -> Self {
        self.max_headers = headers;
        self
    }

    /// Sets the largest number of connections; 0 counts as 1.
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections.max(1);
        self
    }

    /// Sets the largest number of requests at one time on one HTTP/2 connection.
    #[must_use]
    pub fn max_streams(mut self, streams: u32) -> Self {
        self.max_streams = streams;
        self
    }

    /// Sets the time for a request's headers.
    #[must_use]
    pub fn header_timeout(mut self, timeout: Duration) -> Self {
        self.header_timeout = timeout;
        self
    }

    /// Sets the time that a connection may stay open without a request.
    #[must_use]
    pub fn keep_alive(mut self, timeout: Duration) -> Self {
        self.keep_alive = timeout;
        self
    }

    /// Sets the time for a request's whole body.
    #[must_use]
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.body_timeout = timeout;
        self
    }

    /// Sets the time for which a client may take nothing of its response.
    #[must_use]
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.write_timeout = timeout;
        self
    }

    /// Sets the time that a handler has.
    #[must_use]
    pub fn handler_timeout(mut self, timeout: Duration) -> Self {
        self.handler_timeout = Some(timeout);
        self
    }

    /// Sets the time for which a handler goes on after its client went away.
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }
}
