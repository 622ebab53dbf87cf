//! What a handler can ask for: path parameters, the application's values, the engine, the request's
//! session, and what axum's extractors read that need no router of its own.

mod engine;
mod extension;
mod extract;
mod db;
mod state;

pub(crate) use db::{Database, request_failed};
pub use extension::Extension;
pub use extract::{extract, extract_last};
pub use state::State;
