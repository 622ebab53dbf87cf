//! What users and sessions hold: an engine, a connection of it, a transaction.

mod load;
mod started;
mod read_only;
mod handle;
mod transaction;
mod many;
mod nested;
mod replicas;
mod marks;
mod statement;
mod connection;
mod level;
mod written;
mod tokens;
mod counted;
mod silence;
mod blame;
mod backend;

pub use connection::Connection;
pub use handle::Engine;
pub use read_only::ReadOnly;
pub use started::Started;
pub use transaction::Transaction;
