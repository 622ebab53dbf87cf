//! `table!`: tables without a model, each a module with a constant for every column.

mod expand;
mod check;
mod parse;
mod visibility;
#[cfg(test)]
mod tests;

pub(crate) use expand::table;
