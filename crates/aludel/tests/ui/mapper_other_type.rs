//! A field of another type than its column.
use aludel::prelude::*;

table! { people { id: i64 [primary_key], name: String } }

struct Person {
    id: i64,
    name: i32,
}

mapper!(Person => people { id, name });

fn main() {}
