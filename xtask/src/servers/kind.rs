//! What is to be known of a kind of server: names, ports, programs, and how to speak to one.
//! Data and function pointers; starts nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A kind of server.
pub(super) struct Kind {
    /// As people call it.
    pub(super) name: &'static str,
    /// The environment variable by which the tests are told the URL.
    pub(super) variable: &'static str,
    /// Where such a server listens by custom.
    pub(super) port: u16,
    /// The name of its folder among ours.
    pub(super) folder: &'static str,
    /// The user that it runs as where we are root.
    pub(super) account: &'static str,
    /// The package of Debian and its kin that brings it.
    pub(super) package: &'static str,
    /// The program that makes a data folder.
    pub(super) maker: &'static str,
    /// The program that serves.
    pub(super) server: &'static str,
    /// The signal upon which it closes its connections and ends.
    pub(super) stop_signal: &'static str,
    /// The URL of the tests' database on a port of this machine.
    pub(super) url: fn(u16) -> String,
    /// Looks whether a server on that port of this machine lets the tests in, and makes their database there if it is missing.
    pub(super) ask: fn(u16) -> Answer,
    /// The command that makes a data folder.
    pub(super) make: fn(&Programs, &Path) -> Command,
    /// The command that serves a data folder, in the foreground and on the loopback interface alone.
    pub(super) serve: fn(&Programs, &Path, u16) -> Command,
}

/// Where the two programs of a server are.
pub(super) struct Programs {
    pub(super) maker: PathBuf,
    pub(super) server: PathBuf,
}

/// What came of asking for a server.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Nobody listens.
    Nobody,
    /// Somebody listens who is of no use to the tests; why.
    Unusable(String),
    /// A server that lets the tests in; its version.
    Usable(String),
}
