//! The statements and what they become, on every dialect that there is.

mod assigned;
mod bulk;
mod changes;
mod deep;
mod joins;
mod keys;
mod parameters;
mod people;
mod raw;
mod schema;
mod statements;
