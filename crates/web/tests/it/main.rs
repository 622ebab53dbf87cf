//! The web crate at its boundary: requests in, responses, logs and hooks out.
#![allow(clippy::unwrap_used, clippy::panic, unreachable_pub, reason = "a test that meets the unexpected should stop")]

mod client;
mod errors;
mod life;
mod limits;
mod load;
mod pages;
mod routing;
mod server;
mod shutdown;
mod support;
mod urls;
