//! A column that the model does not have.
use aludel::prelude::*;

#[derive(Model)]
struct Author {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn main() {
    let _ = Author::query().filter(Author::nmae.eq("x"));
}
