//! `mapper!`: a plain struct on one side, a table of `table!` on the other, and the mapping between them.

mod expand;
mod check;
mod parse;
#[cfg(test)]
mod tests;

pub(crate) use expand::mapper;
