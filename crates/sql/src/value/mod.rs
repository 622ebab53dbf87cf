//! Values on their way into a database or out of it.

#[allow(clippy::module_inception, reason = "the room is named after what is in it")]
mod value;
mod text;

pub use text::uuid_text;
pub use value::Value;
