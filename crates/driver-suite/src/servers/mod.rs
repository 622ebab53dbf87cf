//! Servers of a test's own, from the system's packages: made in a temporary folder, killed, stopped, started again, promoted. They
//! end with the test, however it ends.
#![allow(clippy::panic, reason = "a test whose server does not start fails by a panic")]

mod postgres;
mod mariadb;
mod certificates;
mod home;
mod running;
mod programs;
mod account;

pub use certificates::{Authority, Flaw, naming};
pub use mariadb::MariaDb;
pub use postgres::Postgres;
pub use running::{Kill, Stop};
