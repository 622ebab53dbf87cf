//! A mapping that leaves out a column of the key.
use aludel::prelude::*;

table! { pairs { a: i64 [primary_key], b: i64 [primary_key], note: String } }

struct Pair {
    a: i64,
    note: String,
}

mapper!(Pair => pairs { a, note });

fn main() {}
