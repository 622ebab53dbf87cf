//! The toolkit as its users hold it: sessions over models, applications over sessions, the examples as processes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod app_life;
mod app_requests;
mod app_together;
mod fixtures;
mod library;
mod mistakes;
mod log;
mod orm_changes;
mod orm_failure;
mod orm_flush;
mod orm_handles;
mod orm_law;
mod orm_queries;
mod orm_rollback;
mod process;
mod process_people;
mod process_start;
mod site;
