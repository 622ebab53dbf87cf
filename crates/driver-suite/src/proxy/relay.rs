//! What passes between one client and its server.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::fault::{Ending, Fault, Side};

/// So much of what each side says is kept.
const KEPT: usize = 1 << 20;

/// How long who is cut off may take to notice.
const NOTICED: Duration = Duration::from_millis(500);

/// What a proxy has seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) connections: AtomicUsize,
    /// In bytes, of the first connection alone: the fault strikes there.
    pub(super) from_client: AtomicUsize,
    pub(super) from_server: AtomicUsize,
    /// Whether nothing is passed on any more, on any connection.
    pub(super) silent: AtomicBool,
    pub(super) said: Mutex<Vec<u8>>,
    pub(super) answered: Mutex<Vec<u8>>,
}

impl Seen {
    fn note(&self, (side, is_first): (Side, bool), bytes: &[u8]) {
        let (counter, kept) = match side {
            Side::Server => (&self.from_server, &self.answered),
            Side::Client => (&self.from_client, &self.said),
        };
        if is_first {
            counter.fetch_add(bytes.len(), Ordering::AcqRel);
        }
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.extend_from_slice(bytes);
        }
    }
}

/// Why nothing more is passed on.
enum Over {
    /// One has ended, and the other is to.
    Ended,
    /// The fault is that it is cut.
    Cut(Ending),
}

/// Passes on what comes, until the one side ends, or the fault ends it.
pub(super) async fn relay(client: TcpStream, server: TcpStream, (fault, seen): (Option<Fault>, Arc<Seen>)) {
    // Nothing waits for more, so that pieces arrive as they are sent.
    if client.set_nodelay(true).is_err() || server.set_nodelay(true).is_err() {
        return;
    }
    let (stalled, is_first, fault) = (AtomicBool::new(false), fault.is_some(), fault.unwrap_or(Fault::None));
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    let (mut there, mut back) = (
        Way { side: Side::Client, is_first, from: from_client, to: to_server },
        Way { side: Side::Server, is_first, from: from_server, to: to_client },
    );
    let over = tokio::select! {
        over = there.pass(fault, (&seen, &stalled)) => over,
        over = back.pass(fault, (&seen, &stalled)) => over,
    };
    match over {
        Over::Ended => {}
        Over::Cut(Ending::Fin) => {
            let (_gone_already, _gone_too) = (there.to.shutdown().await, back.to.shutdown().await);
            there.hear_out(&seen).await;
        }
        Over::Cut(Ending::Rst) => {
            for socket in [there.to.as_ref(), back.to.as_ref()] {
                let _closed_already = SockRef::from(socket).set_linger(Some(Duration::ZERO));
            }
        }
    }
}

/// One direction.
struct Way {
    side: Side,
    is_first: bool,
    from: OwnedReadHalf,
    to: OwnedWriteHalf,
}

impl Way {
    async fn pass(&mut self, fault: Fault, (seen, stalled): (&Seen, &AtomicBool)) -> Over {
        let (mut passed, mut buffer) = (0, [0; 4096]);
        loop {
            if fault.passes(self.side) == Some(passed) {
                if self.lie(fault, stalled).await.is_err() {
                    return Over::Ended;
                }
                if let Some(over) = strike(fault, stalled) {
                    return over;
                }
            }
            let Ok(read @ 1..) = self.from.read(&mut buffer).await else { return Over::Ended };
            let piece = &mut buffer[..read];
            seen.note((self.side, self.is_first), piece);
            if let Fault::Garble(side, at, bits) = fault
                && side == self.side
                && (passed..passed + read).contains(&at)
            {
                piece[at - passed] ^= bits;
            }
            let whole = fault.passes(self.side).map_or(read, |limit| limit.saturating_sub(passed).min(read));
            let is_silent = stalled.load(Ordering::Acquire) || seen.silent.load(Ordering::Acquire);
            if !is_silent && self.write(&piece[..whole], fault).await.is_err() {
                return Over::Ended;
            }
            passed += whole;
        }
    }

    /// Notes what has been said already when it is cut, and is passed on no more: whatever comes until the other one has noticed.
    async fn hear_out(&mut self, seen: &Seen) {
        let mut buffer = [0; 4096];
        let rest = async {
            while let Ok(read @ 1..) = self.from.read(&mut buffer).await {
                seen.note((self.side, self.is_first), &buffer[..read]);
            }
        };
        let _noticed_or_not = tokio::time::timeout(NOTICED, rest).await;
    }

    /// Says once what is to be said instead of the server's words.
    async fn lie(&mut self, fault: Fault, stalled: &AtomicBool) -> std::io::Result<()> {
        let Fault::Say(_, words, times) = fault else { return Ok(()) };
        if stalled.load(Ordering::Acquire) {
            return Ok(());
        }
        for _ in 0..times {
            self.to.write_all(words).await?;
        }
        Ok(())
    }

    async fn write(&mut self, piece: &[u8], fault: Fault) -> std::io::Result<()> {
        match fault {
            Fault::Slice => {
                for byte in piece {
                    self.to.write_all(std::slice::from_ref(byte)).await?;
                    tokio::task::yield_now().await;
                }
                Ok(())
            }
            Fault::Delay(pause) => {
                // tidy: condition, the delay is what is tried
                tokio::time::sleep(pause).await;
                self.to.write_all(piece).await
            }
            _ => self.to.write_all(piece).await,
        }
    }
}

fn strike(fault: Fault, stalled: &AtomicBool) -> Option<Over> {
    match fault {
        Fault::Cut(_, _, ending) => Some(Over::Cut(ending)),
        _ => {
            stalled.store(true, Ordering::Release);
            None
        }
    }
}
