//! A parameter of the path that no argument takes.
use aludel::prelude::*;

#[get("/people/{id}")]
async fn show(mut db: Db) -> Result<String> {
    db.commit().await?;
    Ok(String::new())
}

fn main() {}
