//! The database side of a program: an engine by its URL, a session to hold, the check of the tables.

#[cfg(feature = "web")]
mod tables;
mod retry;
mod engine;
mod db;

pub use db::Db;
#[cfg(feature = "web")]
pub(crate) use db::Home;
pub use engine::Engine;
#[cfg(feature = "web")]
pub(crate) use tables::prepare;
