//! What is no table cannot be listed as one.
use aludel::prelude::*;

table! { people { id: i64 [primary_key] } }

fn main() {
    let _ = tables![people, poeple];
}
