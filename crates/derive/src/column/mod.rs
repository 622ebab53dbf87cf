//! A column, as `derive(Model)` and `table!` both declare it: parse its options, check it, expand its declaration.

mod check;
mod expand;
mod parse;
mod declared;
mod ty;

pub(crate) use check::{check, hides_function};
pub(crate) use declared::{Column, Options, TableOptions};
pub(crate) use expand::{key_place, key_type, of_type, place_in_row};
pub(crate) use parse::{FIELD, MODEL, TABLE, TABLE_COLUMN, docs_of, options, table_options};
pub(crate) use ty::{is_in_prelude, is_reference};
