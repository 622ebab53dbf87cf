//! A function without an attribute is no route.
use aludel::prelude::*;

async fn show() -> Result<String> {
    Ok(String::new())
}

fn all() -> [aludel::web::Route; 1] {
    routes![show]
}

fn main() {}
