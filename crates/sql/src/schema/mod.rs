//! The schema as values: tables, columns, keys; declared by macros, by code, or read from a database.
//! Pure data and comparison; how it is written in SQL is the dialect's and the compiler's.

mod metadata;
mod convention;
mod table;
mod ty;

pub use convention::{check_name, foreign_key_name, index_name, primary_key_name, unique_name};
pub use metadata::MetaData;
pub use table::{ColumnDef, Entity, References, Table, TableRef};
pub use ty::{Labels, Type};
