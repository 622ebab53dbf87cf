//! All mistakes of a model are reported at once.
use aludel::prelude::*;

#[derive(Model)]
#[table(nme = "people", name = 5)]
#[table(schema = "app")]
struct Person {
    #[column(primry_key)]
    id: i64,
    #[column(length = "50", unique, unique)]
    name: String,
    #[column(length = 50)]
    age: i32,
    #[column(check = "x")]
    #[column(unique = true)]
    city: String,
    #[column(name = "city")]
    town: String,
    #[column]
    zip: String,
    #[column(index(zip))]
    street: String,
    #[column(length = 0, name = "")]
    house: String,
}

fn main() {
    let _ = Person::query().filter(Person::town.eq("x"));
}
