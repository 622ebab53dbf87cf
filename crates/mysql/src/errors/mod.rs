//! From what the server and the wire say to kinds of errors.

mod client;
mod server;
mod integrity;
mod words;

pub(crate) use client::{connecting, disconnected, from_wire, is_unencrypted, protocol, too_large};
pub(crate) use server::During;
