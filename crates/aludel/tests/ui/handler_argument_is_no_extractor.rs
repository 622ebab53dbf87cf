//! A type that is neither a path parameter nor an extractor.
use aludel::prelude::*;

struct Foo;

#[get("/")]
async fn show(mut db: Db, foo: Foo) -> Result<String> {
    Ok(String::new())
}

fn main() {}
