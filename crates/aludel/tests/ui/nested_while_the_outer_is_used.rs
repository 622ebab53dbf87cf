//! Who has begun a nested transaction goes on in that one.
use aludel::prelude::*;

async fn pay(engine: &Engine) -> aludel::sql::Result {
    let mut outer = engine.begin().await?;
    let inner = outer.begin_nested().await?;
    outer.execute(raw("DELETE FROM posts")).await?;
    inner.commit().await
}

fn main() {}
