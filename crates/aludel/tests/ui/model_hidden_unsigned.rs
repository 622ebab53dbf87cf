//! The same by another name, which the macro cannot see.
use aludel::prelude::*;

type Age = u8;

#[derive(Model, Debug)]
struct Person {
    #[column(primary_key)]
    id: i64,
    age: Age,
}

fn main() {}
