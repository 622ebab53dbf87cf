//! A path parameter of another name.
use aludel::prelude::*;

#[get("/people/{id}")]
async fn show(id: i64) -> Result<String> {
    Ok(id.to_string())
}

fn address() -> String {
    url_for!(show, idd = 1)
}

fn main() {}
