//! A key of a type that is neither a column nor a key.
use aludel::prelude::*;

struct X;

#[derive(Model)]
struct Bad {
    #[column(primary_key)]
    id: X,
    name: String,
}

fn main() {}
