//! Parameters as Flask, Express and older routers write them.
use aludel::prelude::*;

#[post("/people/<name>")]
async fn add(name: String) -> String {
    name
}

#[get("/people/<int:id>")]
async fn show(id: i64) -> String {
    id.to_string()
}

#[get("/people/:id/notes")]
async fn notes(id: i64) -> String {
    id.to_string()
}

#[get("/files/*path")]
async fn file(path: String) -> String {
    path
}

#[get("/")]
async fn index() -> String {
    url_for!(add, name = "bob")
}

fn main() {}
