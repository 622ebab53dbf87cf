//! What a handler can ask for: path parameters, any axum extractor, the engine, the request's session.

mod engine;
mod db;
mod extract;
mod state;

pub(crate) use db::{Database, request_failed};
pub use extract::{extract, extract_last};
pub use state::State;
