//! A timer that rings whatever a runtime's threads are at. Where a handler keeps the thread that looked after timers and
//! sockets, the runtime's own may stand still until another thread is woken up.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

/// Rings once; it is silent when it is dropped before.
#[derive(Debug)]
pub(super) struct Alarm {
    rung: oneshot::Receiver<()>,
    /// Its end is what the thread hears.
    _silent: Sender<()>,
}

impl Alarm {
    /// Sets one. It rings at once where the system gives no thread for it.
    pub(super) fn after(time: Duration) -> Self {
        let (ring, rung) = oneshot::channel();
        let (silent, silenced) = channel();
        let wait = move || {
            if silenced.recv_timeout(time) == Err(RecvTimeoutError::Timeout) {
                // Nobody may listen any more.
                let _unheard = ring.send(());
            }
        };
        if let Err(error) = thread::Builder::new().name("aludel-alarm".into()).spawn(wait) {
            tracing::error!("no thread for a timer, so that nothing is waited for: {error}");
        }
        Self { rung, _silent: silent }
    }

    /// Waits until it rings.
    pub(super) async fn rings(mut self) {
        // An error says that there is no thread.
        let _ended = (&mut self.rung).await;
    }
}
