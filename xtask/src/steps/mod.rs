//! The steps of `cargo xtask test` and `cargo xtask ci`, in the order in which they run.

mod ci;
mod features;
mod test;

mod scan;
mod tally;

pub(crate) use ci::ci;
pub(crate) use features::features;
pub(crate) use test::test;
