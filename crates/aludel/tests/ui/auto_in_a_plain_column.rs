//! `auto()` is for keys.
use aludel::prelude::*;

#[derive(Model, Debug)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    email: Option<String>,
}

fn make() -> Person {
    Person { id: auto(), name: auto(), email: None }
}

fn main() {}
