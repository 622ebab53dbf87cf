//! A column of a type that cannot be one.
use aludel::prelude::*;

struct X;

table! { people { id: i64 [primary_key], x: X } }

fn main() {}
