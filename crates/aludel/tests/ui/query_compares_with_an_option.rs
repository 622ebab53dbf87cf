//! An option is not compared with `eq`.
use aludel::prelude::*;

#[derive(Model, Debug)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    email: Option<String>,
}

fn find(email: Option<String>) -> Select<Person> {
    Person::query().filter(Person::email.eq(email))
}

fn main() {}
