//! The line protocol between the driver and a peer: requests on stdin, answers on stdout, one line each.
//!
//! `version` gives `version 3.51.3`; `run JOB STORE ITERATIONS` gives `ok NANOSECONDS CHECKSUM`, or `error TEXT`.
//! A peer is started with one argument, the folder for its database files.

mod checksum;
mod request;
mod speak;

pub use checksum::Checksum;
pub use request::{Job, Request, Run, Store};
pub use speak::{Answer, Requests, answer, requests};
