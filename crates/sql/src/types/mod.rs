//! What can stand in a column: `SqlType` and its implementations, one family a file.
//! Knows values and rows; knows no expression and no dialect.

mod option;
mod list;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "decimal")]
mod decimal;
#[cfg(feature = "uuid")]
mod uuid;
#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "time")]
mod time;
mod temporal;
mod custom;
mod scalar;
mod stored;
mod sql_type;
mod field;

pub use custom::{CustomType, restore};
pub use field::{Field, Link, Target};
#[cfg(feature = "json")]
pub use json::Json;
pub use list::Element;
pub use scalar::{Auto, Text, auto};
pub use sql_type::{Scalar, SqlType};
