//! One request from its head to its teardown. The one rule: whatever happens to the client, the handler or a hook,
//! its resource is ended and teardown hooks run, once each.
//!
//! From bottom to top: `hooks` (what applications register), `panic_hook` (where a panic was), `guard` (panics), `step` (what is around a
//! handler), `shared` (an application, built), `report` (what is logged), `answer` (route, error handlers), `wind` (resource, teardown),
//! `future` (the life itself), `service`.

mod service;
mod future;
mod wind;
mod answer;
mod report;
mod step;
mod guard;
mod panic_hook;
mod shared;
mod hooks;

pub use future::Life;
pub use hooks::Ended;
pub(crate) use hooks::{ErrorHandler, TeardownHook, error_handler, teardown_hook};
pub use service::Service;
pub(crate) use shared::Shared;
