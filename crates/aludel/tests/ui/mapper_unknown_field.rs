//! A field that the struct does not have.
use aludel::prelude::*;

table! { people { id: i64 [primary_key], name: String } }

struct Person {
    id: i64,
    name: String,
}

mapper!(Person => people { id, nmae: name });

fn main() {}
