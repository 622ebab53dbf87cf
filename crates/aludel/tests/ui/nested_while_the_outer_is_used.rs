use aludel::prelude::*;

async fn pay(engine: &Engine) -> aludel::sql::Result {
    let mut outer = engine.begin().await?;
    let mut inner = outer.begin_nested().await?;
    inner.execute(raw("DELETE FROM people")).await?;
    outer.execute(raw("DELETE FROM posts")).await?;
    inner.commit().await
}

fn main() {}
