//! `derive(Model)`: a struct becomes a table and its model.

mod check;
mod expand;
mod parse;
#[cfg(test)]
mod tests;

pub(crate) use expand::derive;
