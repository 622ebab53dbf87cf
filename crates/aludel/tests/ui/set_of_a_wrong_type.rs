//! A number where a text is expected.
use aludel::prelude::*;

#[derive(Model, Debug)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    email: Option<String>,
}

async fn rename(db: &mut Session) -> Result {
    Person::update().set(Person::name, 5).execute(db).await?;
    Ok(())
}

fn main() {}
