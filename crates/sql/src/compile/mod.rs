//! From a statement to its text: `Shape` (cache key and binds, one walk), `Compiled` (the text), `Dialect`.
//! The text of a statement is written once; afterwards only the walk is paid for.

mod compiled;
mod ddl;
mod dialect;
mod dml;
mod expr;
mod identifier;
mod select;
mod shape;
mod sqlite;
mod writer;

pub use compiled::{Access, Compiled, Sql, compile};
pub use dialect::Dialect;
pub use shape::{Binds, Shape, check_text};
pub use sqlite::Sqlite;
