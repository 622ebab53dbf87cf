//! Requests from sockets: an accept loop over hyper, in which every wait for a client has an end.
//!
//! From bottom to top: `bind`, `pulse` (what a connection is doing), `stream` and `traffic` (which report it),
//! `watch` (which judges it), `connection`, `accept`.

mod accept;
mod bind;
mod connection;
mod pulse;
mod stream;
mod traffic;
mod watch;

pub use accept::serve;
pub use bind::{BindError, bind};
