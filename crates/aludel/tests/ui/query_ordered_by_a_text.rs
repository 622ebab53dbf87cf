//! Rows are ordered by columns and expressions.
use aludel::prelude::*;

#[derive(Model, Debug)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    email: Option<String>,
}

fn sorted() -> Select<Person> {
    Person::query().order_by("name")
}

fn main() {}
