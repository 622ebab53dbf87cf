//! `table!`: tables without a model, each a module with a constant for every column.

mod check;
mod expand;
mod parse;
mod visibility;
#[cfg(test)]
mod tests;

pub(crate) use expand::table;
