//! A table that is not there.
use aludel::prelude::*;

struct Person {
    id: i64,
}

mapper!(Person => people { id });

fn main() {}
