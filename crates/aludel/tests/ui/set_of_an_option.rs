//! A column that is never NULL takes no `Option`.
use aludel::prelude::*;

#[derive(Model, Debug)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    email: Option<String>,
}

async fn rename(db: &mut Session, name: Option<String>) -> Result {
    Person::update().set(Person::name, name).execute(db).await?;
    Ok(())
}

fn main() {}
