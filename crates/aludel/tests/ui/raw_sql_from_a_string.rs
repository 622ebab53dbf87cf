//! Raw SQL is a literal, or marked as trusted.
use aludel::prelude::*;

fn find(name: String) -> aludel::sql::Raw {
    raw(format!("SELECT * FROM people WHERE name = {name}"))
}

fn main() {}
