//! The body is owned.
use aludel::prelude::*;

#[post("/people")]
async fn add(name: &str) -> String {
    name.to_owned()
}

fn main() {}
