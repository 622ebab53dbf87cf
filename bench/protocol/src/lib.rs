//! The line protocol between the driver and a peer: requests on stdin, answers on stdout, one line each.
//!
//! | request | answer |
//! |---|---|
//! | `version` | `version 3.51.3` |
//! | `run JOB STORE ITERATIONS [unchecked]` | `ok NANOSECONDS CHECKSUM` |
//! | `writers TASKS ROWS` | `ok NANOSECONDS CHECKSUM` |
//! | `ticks engine`, `ticks inline` | `ticks NANOSECONDS NANOSECONDS`: the worst lateness, the statements |
//!
//! Any of them may be answered by `error TEXT`. A peer is started with one argument, the folder for its database files.

mod speak;
mod request;
mod files;
mod checksum;

pub use checksum::Checksum;
pub use files::fresh_file;
pub use request::{Form, Job, Request, Run, Store, Writers};
pub use speak::{Answer, Requests, answer, requests};
