//! The engine on MySQL and MariaDB, against a real server: `ALUDEL_TEST_MYSQL`, or the one at 127.0.0.1:3306.

mod campaign;
mod cancelled;
mod cuts;
mod deaths;
mod dialect;
mod encryption;
mod errors;
mod faults;
mod lies;
mod outages;
mod sessions;
mod stops;
mod streams;
mod suite;
mod transactions;
mod types;
mod urls;
mod world;

use aludel_driver_suite::people;
