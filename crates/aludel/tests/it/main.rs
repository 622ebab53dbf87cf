//! The toolkit as its users hold it: sessions over models, applications over sessions, the examples as processes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod app_dropped;
mod app_extractors;
mod app_life;
mod app_requests;
mod app_socket;
mod app_start;
mod app_stops;
mod app_together;
#[cfg(all(feature = "chrono", feature = "time"))]
mod calendars;
mod core_values;
mod core_verbs;
mod documents;
#[cfg(all(feature = "mysql", feature = "postgres"))]
mod dropped;
mod fair;
mod fixtures;
mod library;
mod mistakes;
mod log;
mod orm_changes;
mod orm_failure;
mod orm_flush;
mod orm_handles;
mod orm_law;
mod orm_nested;
mod orm_objects;
mod orm_queries;
mod orm_rollback;
mod process;
mod process_people;
mod process_start;
#[cfg(all(feature = "mysql", feature = "postgres"))]
mod servers;
mod site;
mod spans;
mod units;
mod urls;
