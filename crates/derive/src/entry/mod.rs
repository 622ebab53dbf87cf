//! `#[aludel::main]` and `#[aludel::test]`: an async function becomes one that the runtime can start.

mod expand;
mod check;
mod parse;
#[cfg(test)]
mod tests;

pub(crate) use expand::{main, test};
