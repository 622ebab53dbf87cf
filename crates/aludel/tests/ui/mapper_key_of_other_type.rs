//! A field of the key of another type than its column.
use aludel::prelude::*;

table! { people { id: i64 [primary_key], name: String } }

struct Person {
    id: i32,
    name: String,
}

mapper!(Person => people { id, name });

fn main() {}
