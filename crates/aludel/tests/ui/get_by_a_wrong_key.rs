//! A key of another type.
use aludel::prelude::*;

#[derive(Model, Debug)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    email: Option<String>,
}

async fn find(db: &mut Session) -> Result {
    db.get::<Person>("x").await?;
    Ok(())
}

fn main() {}
