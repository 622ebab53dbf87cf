//! A list is no response; JSON is.
use aludel::prelude::*;

#[derive(Model)]
struct Author {
    #[column(primary_key)]
    id: i64,
}

#[get("/authors")]
async fn authors(engine: Engine) -> Result<Vec<Author>> {
    Ok(Author::query().all(&engine).await?)
}

fn main() {}
