//! No primary key; the uses of the model are no further errors.
use aludel::prelude::*;

#[derive(Model)]
struct Person {
    name: String,
}

fn main() {
    let _ = Person::query().filter(Person::name.eq("x"));
}
