//! `derive(SqlType)`: a type of the program's own stands in a column.

mod expand;
mod parse;
#[cfg(test)]
mod tests;

pub(crate) use expand::derive;
