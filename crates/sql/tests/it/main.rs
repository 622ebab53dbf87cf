//! The statements and what they become, on every dialect that there is.

mod keys;
mod people;
mod raw;
mod schema;
mod statements;
