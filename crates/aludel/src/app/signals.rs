//! Ctrl+C and SIGTERM, heard on a thread of their own: the runtime of the application may be deaf at the very moment,
//! behind a handler that keeps its thread.

use std::future::Future;
use std::sync::{Arc, mpsc};
use std::task::Poll;
use std::thread;

use tokio::sync::Semaphore;

/// What the process was told: a permit for each time that nobody has heeded.
#[derive(Clone)]
pub(super) struct Signals(Arc<Semaphore>);

impl Signals {
    /// Listens from its return on. Where that is not possible, signals do what they do by themselves: they end the process.
    pub(super) fn listen() -> Self {
        let signals = Self(Arc::new(Semaphore::new(0)));
        let heard = signals.clone();
        let (ready, listening) = mpsc::channel();
        let spawned = thread::Builder::new().name("aludel-signals".into()).spawn(move || heard.hear(&ready));
        if let Err(error) = spawned {
            tracing::warn!(target: "aludel", "no thread that listens to signals, so that they end the process at once: {error}");
        }
        // An error says that the thread has ended without listening, which has the same end.
        let _listens = listening.recv();
        signals
    }

    /// Waits for the next one that nobody has heeded.
    pub(super) async fn next(&self) {
        match self.0.acquire().await {
            Ok(permit) => permit.forget(),
            Err(_closed) => std::future::pending().await,
        }
    }

    fn hear(&self, ready: &mpsc::Sender<()>) {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else { return };
        runtime.block_on(async {
            let Ok(mut told) = Told::new() else { return };
            // Nobody is gone who waits for this.
            let _heard = ready.send(());
            loop {
                told.again().await;
                self.0.add_permits(1);
            }
        });
    }
}

#[cfg(unix)]
struct Told([tokio::signal::unix::Signal; 2]);

#[cfg(unix)]
impl Told {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self([signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?]))
    }

    fn again(&mut self) -> impl Future<Output = ()> {
        std::future::poll_fn(|context| match self.0.iter_mut().any(|signal| signal.poll_recv(context).is_ready()) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
    }
}

#[cfg(not(unix))]
struct Told;

#[cfg(not(unix))]
impl Told {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn again(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
