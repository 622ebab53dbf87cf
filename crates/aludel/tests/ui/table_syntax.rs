//! A table that cannot be read.
use aludel::prelude::*;

table! { people { id i64 } }

fn main() {}
