//! What a proxy does to a connection. Places are bytes of one direction, counted from the first one of the connection.

use std::time::Duration;

/// A direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What the engine says.
    Client,
    /// What the server says.
    Server,
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// In order: both hear that nothing comes any more.
    Fin,
    /// At once.
    Rst,
}

/// What a proxy does to a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Ends it on both sides, after so many bytes of a direction have passed.
    Cut(Side, usize, Ending),
    /// Keeps it open, and passes nothing on in any direction, after so many bytes of one have passed.
    Swallow(Side, usize),
    /// Waits so long before it passes a piece on.
    Delay(Duration),
    /// Passes the bytes on one by one.
    Slice,
    /// Changes the byte at this place, of a direction, by these bits.
    Garble(Side, usize, u8),
    /// Says this, so many times over, in the place of all that the server says after so many bytes; then nothing more passes.
    Say(usize, Words, usize),
}

/// What a server says that lies.
pub type Words = &'static [u8];

impl Fault {
    /// How many of the bytes of a direction may pass, before it strikes.
    pub(super) fn passes(self, side: Side) -> Option<usize> {
        match self {
            Self::Cut(of, bytes, _) | Self::Swallow(of, bytes) if of == side => Some(bytes),
            Self::Say(bytes, _, _) if side == Side::Server => Some(bytes),
            _ => None,
        }
    }
}
