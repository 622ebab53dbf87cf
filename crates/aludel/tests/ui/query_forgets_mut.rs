//! A session is lent by `&mut`.
use aludel::prelude::*;

#[derive(Model, Debug)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    email: Option<String>,
}

async fn first(db: Db) -> Result {
    Person::query().first(&db).await?;
    Ok(())
}

fn main() {}
