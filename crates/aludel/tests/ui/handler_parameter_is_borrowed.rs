//! A path parameter is owned.
use aludel::prelude::*;

#[get("/people/{name}")]
async fn show(name: &str) -> String {
    name.to_owned()
}

fn main() {}
