//! A session that is not declared `mut`.
use aludel::prelude::*;

#[derive(Model, Debug)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    email: Option<String>,
}

async fn first(db: Db) -> Result {
    Person::query().first(&mut db).await?;
    Ok(())
}

fn main() {}
