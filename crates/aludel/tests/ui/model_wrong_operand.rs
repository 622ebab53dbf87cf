//! A number compared with a text.
use aludel::prelude::*;

#[derive(Model)]
struct Author {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn main() {
    let _ = Author::query().filter(Author::id.eq("x"));
}
