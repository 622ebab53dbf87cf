//! The columns in a type of their own: its name must be a name, and not the model's.
use aludel::prelude::*;

#[derive(Model)]
#[table(columns = Person)]
struct Person {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
#[table(columns = "posts")]
struct Post {
    #[column(primary_key)]
    id: i64,
}

fn main() {}
