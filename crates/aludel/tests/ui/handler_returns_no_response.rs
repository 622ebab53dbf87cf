//! A value that is no answer.
use aludel::prelude::*;

#[get("/")]
async fn show() -> Result<i64> {
    Ok(1)
}

fn main() {}
