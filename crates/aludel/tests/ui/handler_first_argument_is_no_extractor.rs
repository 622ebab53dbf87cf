//! The same, where another argument follows.
use aludel::prelude::*;

struct Foo;

#[get("/")]
async fn show(foo: Foo, mut db: Db) -> Result<String> {
    Ok(String::new())
}

fn main() {}
