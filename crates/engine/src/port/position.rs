//! `Position`: how far a server has come in what it does and others repeat.

use std::fmt;

/// How far a server has come. Only the driver that made it reads it.
#[derive(Clone, PartialEq, Eq)]
pub struct Position(Box<str>);

impl Position {
    /// Returns a position.
    pub fn new(position: impl Into<Box<str>>) -> Self {
        Self(position.into())
    }

    /// What the driver has put into it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Position({})", self.0)
    }
}
