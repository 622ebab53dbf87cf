//! The line protocol between the driver and a peer: requests on stdin, answers on stdout, one line each.
//!
//! | request | answer |
//! |---|---|
//! | `version` | `version 3.51.3` |
//! | `run JOB STORE ITERATIONS [unchecked]` | `ok NANOSECONDS CHECKSUM` |
//! | `writers TASKS ROWS` | `ok NANOSECONDS CHECKSUM` |
//! | `ticks engine`, `ticks inline` | `ticks NANOSECONDS NANOSECONDS`: the worst lateness, the statements |
//! | `pipeline STATEMENTS` | `pipeline NANOSECONDS NANOSECONDS NANOSECONDS`: one statement, all of them new, all of them prepared |
//!
//! Any of them may be answered by `error TEXT`. A peer is started with the folder for its database files; one that measures a
//! server gets the server's URL and the name of its own schema there as well.

mod peer;
mod speak;
mod request;
mod files;
mod server;
mod checksum;

pub use checksum::Checksum;
pub use files::fresh_file;
pub use peer::{Measured, OnServer};
pub use request::{Form, Job, Request, Run, Store, Writers};
pub use server::Server;
pub use speak::{Answer, Requests, answer, requests};
