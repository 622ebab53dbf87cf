//! The statements as users build them, and the verbs that run them.
//! A statement is a value: built in steps, cloned, stored, run as often as one likes.

mod queries;
mod insert;
mod bulk;
mod rows;
mod update;
mod delete;
mod returning;
mod select;
mod raw;
mod metadata;
mod columns;
mod fetch;
mod stream;
mod calling;
mod executable;
mod typed;

pub use bulk::BulkInsert;
pub use calling::calling;
pub use columns::IntoColumns;
pub use delete::Delete;
pub use executable::Executable;
pub use fetch::Fetch;
pub use insert::Insert;
pub use queries::Queries;
pub use raw::{IntoParameter, IntoRawSql, IntoValue, Raw, RawSql, raw};
pub use returning::Returning;
pub use select::{Select, select};
pub use stream::Stream;
pub use update::Update;
