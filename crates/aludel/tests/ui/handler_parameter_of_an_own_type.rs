//! A path parameter of a type that cannot be read from a text.
use aludel::prelude::*;

struct Slug(String);

#[get("/notes/{slug}")]
async fn show(slug: Slug) -> String {
    slug.0
}

fn main() {}
