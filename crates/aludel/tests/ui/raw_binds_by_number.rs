//! Parameters have names.
use aludel::prelude::*;

async fn find(db: &mut Session) -> Result {
    raw("SELECT name FROM people WHERE id = ?").bind(1, 7).all(db).await?;
    Ok(())
}

fn main() {}
