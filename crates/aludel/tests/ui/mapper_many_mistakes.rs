//! All mistakes in the text of a mapping are reported at once.
use aludel::prelude::*;

table! { people { id: i64 [primary_key], name: String, query: String } }

struct Person {
    id: i64,
    name: String,
    other: String,
    query: String,
}

mapper!(Person => people { id, name, id, other: name, query });

struct Nobody;

mapper!(Nobody => people {});

fn main() {}
