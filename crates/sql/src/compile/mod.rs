//! From a statement to its text: `Shape` (cache key and binds, one walk), `Compiled` (the text), `Dialect`.
//! The text of a statement is written once; afterwards only the walk is paid for.

mod compiled;
mod ddl;
mod dml;
mod arrays;
mod copy;
mod select;
mod shape;
mod expr;
mod check;
mod writer;
mod padding;
mod identifier;
mod sqlite;
mod postgres;
mod mysql;
mod dialect;

pub use check::{check_value, unassigned};
pub(crate) use check::{keyless_in, mixed};
pub use compiled::{Access, Compiled, Sql, compile};
pub use dialect::{Dialect, Dml, Length};
pub use mysql::MySql;
pub use postgres::Postgres;
pub use shape::Shape;
pub use sqlite::{Sqlite, StrictSqlite};
