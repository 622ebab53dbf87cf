//! What is no model, where there are others: these are not listed.
use aludel::prelude::*;

struct X;

#[derive(Model)]
struct Author {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
}

table! { people { id: i64 [primary_key] } }

struct Person {
    id: i64,
}

mapper!(Person => people { id });

fn main() {
    let _ = models![Author, Post, Person, X];
}
