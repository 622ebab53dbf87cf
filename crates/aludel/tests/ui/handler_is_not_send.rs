//! Something that cannot move between threads is held over an await.
use aludel::prelude::*;

#[get("/")]
async fn show(mut db: Db) -> Result<String> {
    let shared = std::rc::Rc::new(1);
    db.commit().await?;
    Ok(shared.to_string())
}

fn main() {}
