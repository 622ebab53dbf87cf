//! Requests from sockets: an accept loop over hyper, in which every wait for a client has an end.
//!
//! From bottom to top: `bind`, `signal` (an order to a connection), `pulse` (what it is doing), `stream` and `traffic`
//! (which report it), `watch` (which judges it), `roll` (all connections), `connection`, `alarm` (a timer for the end), `accept`.

mod accept;
mod alarm;
mod bind;
mod connection;
mod roll;
mod stream;
mod traffic;
mod watch;
mod pulse;
mod signal;

pub use accept::{Served, serve};
pub use bind::{BindError, bind};
