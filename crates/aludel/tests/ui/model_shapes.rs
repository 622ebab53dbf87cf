//! What is no struct with named fields cannot be a model.
use aludel::prelude::*;

#[derive(Model)]
struct Tuple(i64, String);

#[derive(Model)]
struct Unit;

#[derive(Model)]
struct Empty {}

#[derive(Model)]
enum Kind {
    A,
    B { id: i64 },
}

#[derive(Model)]
union Either {
    a: i64,
    b: i32,
}

#[derive(Model)]
struct Generic<T> {
    #[column(primary_key)]
    id: T,
}

fn main() {}
