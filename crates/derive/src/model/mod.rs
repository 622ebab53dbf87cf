//! `derive(Model)`: a struct becomes a table and its model.

mod expand;
mod check;
mod parse;
#[cfg(test)]
mod tests;

pub(crate) use expand::derive;
