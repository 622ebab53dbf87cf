//! Values on their way into a database or out of it.

mod text;
#[allow(clippy::module_inception, reason = "the room is named after what is in it")]
mod value;
mod uuid;

pub use uuid::uuid_text;
pub use value::Value;
