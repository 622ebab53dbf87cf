//! Values on their way into a database or out of it.

mod text;
mod json;
#[allow(clippy::module_inception, reason = "the room is named after what is in it")]
mod value;
mod uuid;

pub(crate) use json::parse_array;
pub use uuid::uuid_text;
pub use value::Value;
