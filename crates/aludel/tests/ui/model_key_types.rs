//! Types that no primary key can have.
use aludel::prelude::*;

#[derive(Model)]
struct Author {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
struct Bad {
    #[column(primary_key)]
    a: Option<i64>,
    #[column(primary_key)]
    b: f64,
    #[column(primary_key)]
    c: Ref<Author>,
}

fn main() {}
