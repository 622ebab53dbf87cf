//! A type that is neither a path parameter nor an extractor.
use aludel::prelude::*;

#[derive(Debug)]
struct Foo;

#[get("/")]
async fn show(mut db: Db, foo: Foo) -> Result<String> {
    db.commit().await?;
    Ok(format!("{foo:?}"))
}

fn main() {}
