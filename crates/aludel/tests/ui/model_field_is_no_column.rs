//! A field whose type cannot be a column.
use aludel::prelude::*;

struct X;

#[derive(Model)]
struct Bad {
    #[column(primary_key)]
    id: i64,
    x: X,
}

fn main() {}
