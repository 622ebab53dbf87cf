//! What the tests share: a diary of what happened, a server on a free port, a raw connection, and waiting for a condition.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aludel_web::{App, Failure, RequestInfo, Resource, Scope, Served, Service, StatusCode, bind, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// No wait of a test is longer; only a broken product gets near it.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// What happened, in order.
#[derive(Clone, Default)]
pub struct Diary(Arc<Mutex<Vec<String>>>);

impl Diary {
    pub fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    pub fn read(&self) -> String {
        self.0.lock().unwrap().join(" ")
    }

    pub fn clear(&self) {
        self.0.lock().unwrap().clear();
    }

    /// An application whose scope and teardown hook write into the diary.
    pub fn app(&self) -> App {
        let diary = self.clone();
        App::new("test").scope(self.clone()).teardown(move |_: RequestInfo, error: Option<Arc<Failure>>| {
            let diary = diary.clone();
            async move {
                tokio::task::yield_now().await;
                diary.note(error.map_or("teardown".into(), |error| format!("teardown({error})")));
            }
        })
    }
}

impl Scope for Diary {
    fn open(&self) -> Arc<dyn Resource> {
        self.note("open");
        Arc::new(self.clone())
    }
}

impl Resource for Diary {
    fn end(&self, _: Option<StatusCode>) {
        self.note("end");
    }
}

/// Notes its own drop.
pub struct OnDrop(pub Diary, pub &'static str);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.note(self.1);
    }
}

/// A server on a free port of this machine.
pub struct Server {
    pub address: SocketAddr,
    pub service: Service,
    stop: oneshot::Sender<()>,
    hurry: oneshot::Sender<()>,
    task: JoinHandle<io::Result<Served>>,
}

impl Server {
    pub async fn start(app: App) -> Self {
        let service = app.build().unwrap();
        let listener = bind("127.0.0.1", 0).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let (hurry, hurried) = oneshot::channel::<()>();
        let stopped = async {
            let _ = stopped.await;
        };
        // A sender that is gone does not hurry anybody.
        let hurried = async {
            if hurried.await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let serving = serve(service.clone(), listener, stopped, hurried);
        Self { address, service, stop, hurry, task: tokio::spawn(serving) }
    }

    pub async fn connect(&self) -> Raw {
        Raw(TcpStream::connect(self.address).await.unwrap())
    }

    /// Asks it to stop; the handle ends when it has.
    pub fn stop(self) -> JoinHandle<io::Result<Served>> {
        self.stop_and_hurry().0
    }

    /// As `stop`; the second part makes it hurry.
    pub fn stop_and_hurry(self) -> (JoinHandle<io::Result<Served>>, oneshot::Sender<()>) {
        self.stop.send(()).unwrap();
        (self.task, self.hurry)
    }
}

/// A connection on which a test writes what it likes.
pub struct Raw(pub TcpStream);

impl Raw {
    pub async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// Reads until `end` came; panics if the connection ends before.
    pub async fn read_until(&mut self, end: &str) -> String {
        let mut text = String::new();
        while !text.contains(end) {
            let bytes = within(self.read_some()).await;
            assert!(!bytes.is_empty(), "the connection ended after {text:?}, before {end:?}");
            text.push_str(&String::from_utf8_lossy(&bytes));
        }
        text
    }

    /// Reads to the end of the connection, also if it ends by a reset.
    pub async fn read_to_end(&mut self) -> String {
        let mut text = String::new();
        loop {
            let bytes = within(self.read_some()).await;
            if bytes.is_empty() {
                return text;
            }
            text.push_str(&String::from_utf8_lossy(&bytes));
        }
    }

    async fn read_some(&mut self) -> Vec<u8> {
        let mut buffer = vec![0; 16 * 1024];
        let length = self.0.read(&mut buffer).await.unwrap_or(0);
        buffer.truncate(length);
        buffer
    }
}

/// Awaits a future that must be done before the deadline.
#[track_caller]
pub fn within<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let place = std::panic::Location::caller();
    async move {
        match tokio::time::timeout(DEADLINE, future).await {
            Ok(value) => value,
            Err(_) => panic!("{place}: not done within {DEADLINE:?}"),
        }
    }
}

/// Waits until a condition holds.
#[track_caller]
pub fn until(condition: impl Fn() -> bool) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    async move {
        let start = Instant::now();
        while !condition() {
            assert!(start.elapsed() < DEADLINE, "{place}: the condition does not hold within {DEADLINE:?}");
            tokio::time::sleep(Duration::from_millis(1)).await; // tidy: condition, the pause between two looks at it
        }
    }
}
