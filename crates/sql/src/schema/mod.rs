//! The schema as values: tables, columns, keys; declared by macros, by code, or read from a database.
//! Pure data and comparison; how it is written in SQL is the dialect's and the compiler's.

mod column;
mod convention;
mod metadata;
mod table;

pub use column::{ColumnDef, References, Type};
pub use convention::{foreign_key_name, index_name, primary_key_name, unique_name};
pub use metadata::MetaData;
pub use table::{Entity, Table, TableRef};
