//! What can stand in a column: `SqlType` and its implementations, one family a file.
//! Knows values and rows; knows no expression and no dialect.

mod option;
mod scalar;
mod sql_type;
mod field;

pub use field::{Field, Link, Target};
pub use scalar::{Auto, Text, auto};
pub use sql_type::{Scalar, SqlType};
