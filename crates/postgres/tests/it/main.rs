//! The engine on PostgreSQL: what it keeps, what it refuses, and what cancellation, mistakes and servers that lie do to it.

mod campaign;
mod cancelled;
mod copies;
mod cuts;
mod encryption;
mod errors;
mod faults;
mod lies;
mod hostile;
mod inserts;
mod outages;
mod replicas;
mod session;
mod streams;
mod suite;
mod transactions;
mod types;
mod urls;
mod world;

use aludel_driver_suite::people;
