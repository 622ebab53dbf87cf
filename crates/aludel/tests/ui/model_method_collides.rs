//! A method of the user that is called as a column.
use aludel::prelude::*;

#[derive(Model)]
struct Author {
    #[column(primary_key)]
    id: i64,
    name: String,
}

impl Author {
    fn name(&self) -> &str {
        &self.name
    }
}

fn main() {}
