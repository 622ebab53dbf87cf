//! A table without a primary key cannot be mapped.
use aludel::prelude::*;

table! { log { text: String } }

struct Line {
    text: String,
}

mapper!(Line => log { text });

fn main() {}
