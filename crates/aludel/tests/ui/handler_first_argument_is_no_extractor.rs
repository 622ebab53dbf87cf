//! The same, where another argument follows.
use aludel::prelude::*;

#[derive(Debug)]
struct Foo;

#[get("/")]
async fn show(foo: Foo, mut db: Db) -> Result<String> {
    db.commit().await?;
    Ok(format!("{foo:?}"))
}

fn main() {}
