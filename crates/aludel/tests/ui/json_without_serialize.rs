//! A value that cannot be written as JSON.
use aludel::prelude::*;

struct Person {
    name: String,
}

#[get("/people")]
async fn people() -> Response {
    json(&vec![Person { name: "Ann".into() }])
}

fn main() {}
