//! A form whose struct cannot be read.
use aludel::prelude::*;
use axum::Form;

struct New {
    name: String,
}

#[post("/people")]
async fn add(mut db: Db, form: Form<New>) -> Result<String> {
    db.commit().await?;
    Ok(form.0.name)
}

fn main() {}
