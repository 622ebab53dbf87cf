//! A column that may be NULL takes an `Option` of its own type.
use aludel::prelude::*;

#[derive(Model, Debug)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    email: Option<String>,
}

async fn add(db: &mut Session) -> Result {
    Person::insert().set(Person::email, Some("x")).execute(db).await?;
    Ok(())
}

fn main() {}
