//! A stream that listens to what passes: it follows the framing of the messages in both directions, notes what the server says of
//! the transaction, and refuses a length that lies before anybody takes memory for it. It changes nothing.
//!
//! Source: PostgreSQL's manual, section 55.7 "Message Formats".

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What was heard on a connection.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// The last ReadyForQuery's byte: `I`dle, in a `T`ransaction, or in one that has fail`E`d; 0 before the first.
    status: AtomicU8,
    /// How many of them there were.
    answered: AtomicU64,
    /// How many messages that one answers were sent.
    asked: AtomicU64,
    /// Whether something was sent behind the last of these.
    midway: AtomicBool,
    /// The beginning of the last command's tag.
    tag: AtomicU64,
    /// The number of the server's process, which serves this connection.
    process: AtomicU32,
    /// Which answer is that to a question of our own, whose tag nobody asks for.
    aside: AtomicU64,
    /// Whether a COPY from here is under way, or may be.
    copies: AtomicBool,
    /// Whether an error was told since that has begun.
    refused: AtomicBool,
}

/// How a question of our own begins that is asked behind somebody's statement.
pub(crate) const ASIDE: &str = "/*own*/ ";

impl Heard {
    /// Whether the server has said that a transaction is open, failed or not.
    pub(crate) fn in_transaction(&self) -> bool {
        !matches!(self.status.load(Ordering::Acquire), 0 | b'I')
    }

    /// The number of the server's process, which serves this connection.
    pub(crate) fn process(&self) -> u32 {
        self.process.load(Ordering::Acquire)
    }

    /// Whether all that was sent is answered.
    pub(crate) fn is_quiet(&self) -> bool {
        let answered = self.answered.load(Ordering::Acquire);
        !self.midway.load(Ordering::Acquire) && self.asked.load(Ordering::Acquire) <= answered
    }

    /// Says that the server may be asked to take rows, and from when on its errors are about those.
    pub(crate) fn begin_copy(&self) {
        self.refused.store(false, Ordering::Release);
        self.copies.store(true, Ordering::Release);
    }

    /// Says that all rows are taken, or none will be.
    pub(crate) fn end_copy(&self) {
        self.copies.store(false, Ordering::Release);
    }

    /// Whether the server has refused what it was sent since a COPY has begun.
    pub(crate) fn has_refused(&self) -> bool {
        self.refused.load(Ordering::Acquire)
    }

    /// Whether the last command's tag begins with this word, of at most eight letters.
    pub(crate) fn tag_is(&self, word: &str) -> bool {
        self.tag.load(Ordering::Acquire).to_be_bytes().starts_with(word.as_bytes())
    }
}

/// What the protocol does not allow, or no server has a reason to say.
#[derive(Debug)]
pub(crate) enum Lie {
    /// A message of this type, so many bytes long.
    Message { kind: u8, length: u32 },
    /// More beside the answers than anybody reads.
    Flood,
}

impl std::fmt::Display for Lie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Message { kind, length } => {
                write!(f, "a message of type `{}` that is {length} bytes long, as it says", kind.escape_ascii())
            }
            Self::Flood => write!(f, "more than {BESIDE} bytes of settings and remarks that nobody has asked for"),
        }
    }
}

impl std::error::Error for Lie {}

const KIB: u32 = 1 << 10;
const MIB: u32 = 1 << 20;

/// Whether a message of the server may be this long. The length counts itself.
fn check(kind: u8, length: u32) -> Result<(), Lie> {
    let fits = match kind {
        b'1' | b'2' | b'3' | b'c' | b'I' | b'n' | b's' => length == 4,
        b'Z' => length == 5,
        // Of protocol 3.0, the one that is spoken.
        b'K' => length == 12,
        b'R' => (8..=64 * KIB).contains(&length),
        b'S' | b'C' => (5..=64 * KIB).contains(&length),
        b'E' | b'N' => (5..=MIB).contains(&length),
        // No field is longer than 1 GiB, and no message of the server's either.
        b'D' | b'd' | b'V' => (4..=(1 << 30) + 16).contains(&length),
        b'A' | b'H' | b'T' | b't' => (6..=16 * MIB).contains(&length),
        b'G' => (7..=64 * KIB).contains(&length),
        _ => false,
    };
    if fits { Ok(()) } else { Err(Lie::Message { kind, length }) }
}

/// A place in a stream of messages.
#[derive(Debug, Default)]
struct Place {
    header: [u8; 5],
    /// How many bytes of the header are there.
    have: usize,
    /// How many bytes of the body are still to come.
    left: u64,
    /// The first bytes of the body.
    start: [u8; 8],
    started: usize,
}

impl Place {
    /// Takes bytes up to the end of a message; the rest, and the type of a message that is complete.
    fn take<'b>(&mut self, mut bytes: &'b [u8], check: impl Fn(u8, u32) -> Result<(), Lie>) -> Result<(&'b [u8], Option<u8>), Lie> {
        if self.have < 5 {
            let taken = bytes.len().min(5 - self.have);
            self.header[self.have..self.have + taken].copy_from_slice(&bytes[..taken]);
            (self.have, bytes) = (self.have + taken, &bytes[taken..]);
            if self.have < 5 {
                return Ok((bytes, None));
            }
            let [kind, length @ ..] = self.header;
            let length = u32::from_be_bytes(length);
            check(kind, length)?;
            (self.left, self.start, self.started) = (u64::from(length.saturating_sub(4)), [0; 8], 0);
        }
        let taken = bytes.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let kept = taken.min(8 - self.started);
        self.start[self.started..self.started + kept].copy_from_slice(&bytes[..kept]);
        (self.started, self.left, bytes) = (self.started + kept, self.left - taken as u64, &bytes[taken..]);
        if self.left > 0 {
            return Ok((bytes, None));
        }
        self.have = 0;
        Ok((bytes, Some(self.header[0])))
    }
}

/// What a server may say beside its answers from one of these to the next: the driver keeps all settings, and the remarks of a start.
const BESIDE: u64 = 1 << 20;

/// A stream that is listened to.
#[derive(Debug)]
pub(crate) struct Tap<S> {
    pub(crate) stream: S,
    heard: Arc<Heard>,
    inward: Place,
    outward: Place,
    /// How many bytes were said beside the answers since the last one.
    beside: u64,
}

impl<S> Tap<S> {
    pub(crate) fn new(stream: S) -> Self {
        // The first message of a client has no type.
        let outward = Place { have: 1, ..Place::default() };
        Self { stream, heard: Arc::default(), inward: Place::default(), outward, beside: 0 }
    }

    /// What is heard, now and later.
    pub(crate) fn heard(&self) -> Arc<Heard> {
        Arc::clone(&self.heard)
    }

    fn hear(&mut self, mut bytes: &[u8]) -> Result<(), Lie> {
        while !bytes.is_empty() {
            let (rest, ended) = self.inward.take(bytes, check)?;
            bytes = rest;
            match ended {
                Some(b'S') => self.count()?,
                Some(b'N') if self.heard.answered.load(Ordering::Acquire) == 0 => self.count()?,
                Some(b'Z') => {
                    self.beside = 0;
                    let status = self.inward.start[0];
                    if !matches!(status, b'I' | b'T' | b'E') {
                        return Err(Lie::Message { kind: b'Z', length: 5 });
                    }
                    self.heard.status.store(status, Ordering::Release);
                    self.heard.answered.fetch_add(1, Ordering::AcqRel);
                }
                Some(b'C') if self.heard.answered.load(Ordering::Acquire) + 1 != self.heard.aside.load(Ordering::Acquire) => {
                    self.heard.tag.store(u64::from_be_bytes(self.inward.start), Ordering::Release);
                }
                Some(b'G') => {
                    // What waits for rows that nobody here would send.
                    if !self.heard.copies.load(Ordering::Acquire) {
                        return Err(Lie::Message { kind: b'G', length: 7 });
                    }
                    // The Sync behind its beginning is passed over, and gets no answer.
                    self.heard.asked.fetch_sub(1, Ordering::AcqRel);
                }
                Some(b'E') => self.heard.refused.store(true, Ordering::Release),
                Some(b'K') => {
                    let [one, two, three, four, ..] = self.inward.start;
                    self.heard.process.store(u32::from_be_bytes([one, two, three, four]), Ordering::Release);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Counts a message that nobody has asked for.
    fn count(&mut self) -> Result<(), Lie> {
        let [_, length @ ..] = self.inward.header;
        // A short one takes room too.
        self.beside += u64::from(u32::from_be_bytes(length)) + 64;
        if self.beside <= BESIDE { Ok(()) } else { Err(Lie::Flood) }
    }

    fn tell(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            // What we send is no lie.
            let Ok((rest, ended)) = self.outward.take(bytes, |_kind, _length| Ok(())) else { return };
            bytes = rest;
            match ended {
                // ReadyForQuery answers the startup, each Query and each Sync.
                Some(kind @ (0 | b'Q' | b'S')) => {
                    let nth = self.heard.asked.fetch_add(1, Ordering::AcqRel) + 1;
                    if kind == b'Q' && self.outward.start == *ASIDE.as_bytes() {
                        self.heard.aside.store(nth, Ordering::Release);
                    }
                    self.heard.midway.store(false, Ordering::Release);
                }
                // A password belongs to the startup.
                Some(b'p') => self.heard.midway.store(false, Ordering::Release),
                Some(_) | None => self.heard.midway.store(true, Ordering::Release),
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
        let heard = this.hear(&buffer.filled()[before..]);
        Poll::Ready(heard.map_err(|lie| {
            buffer.set_filled(before);
            io::Error::new(io::ErrorKind::InvalidData, lie)
        }))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = ready!(Pin::new(&mut this.stream).poll_write(context, bytes))?;
        this.tell(bytes.get(..written).unwrap_or(bytes));
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests;
