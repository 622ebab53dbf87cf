//! The statements as users build them, and the verbs that run them.
//! A statement is a value: built in steps, cloned, stored, run as often as one likes.

mod columns;
mod delete;
mod fetch;
mod insert;
mod metadata;
mod queries;
mod raw;
mod returning;
mod select;
mod update;

pub use columns::IntoColumns;
pub use delete::Delete;
pub use insert::Insert;
pub use queries::Queries;
pub use raw::{IntoValue, Raw, RawSql, raw};
pub use returning::Returning;
pub use select::{Select, select};
pub use update::Update;

use crate::ast::Statement;

/// What [`execute`](Insert::execute) runs, and a connection's `execute` takes.
pub trait Executable {
    /// The tree of the statement.
    fn into_statement(self) -> Statement;
}
