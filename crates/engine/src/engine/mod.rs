//! What users and sessions hold: an engine, a connection of it, a transaction.

mod load;
mod handle;
mod transaction;
mod many;
mod nested;
mod connection;
mod level;
mod counted;
mod silence;
mod blame;
mod backend;

pub use connection::Connection;
pub use handle::Engine;
pub use transaction::Transaction;
