//! Conditions are joined by `and` or `&`.
use aludel::prelude::*;

#[derive(Model, Debug)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    email: Option<String>,
}

fn find() -> Select<Person> {
    Person::query().filter(Person::id.eq(1) && Person::name.eq("x"))
}

fn main() {}
