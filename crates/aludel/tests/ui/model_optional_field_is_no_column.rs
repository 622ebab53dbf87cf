//! The same within an `Option`, and two of them in one model.
use aludel::prelude::*;
use std::collections::HashMap;

struct X;

#[derive(Model)]
pub struct Bad {
    #[column(primary_key)]
    pub id: i64,
    pub x: Option<X>,
    pub y: HashMap<String, i64>,
}

fn main() {}
