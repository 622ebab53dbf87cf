//! A field that is called as a function of the model.
use aludel::prelude::*;

#[derive(Model)]
struct Log {
    #[column(primary_key)]
    id: i64,
    query: String,
    table: String,
}

fn main() {
    let _ = Log::query();
}
