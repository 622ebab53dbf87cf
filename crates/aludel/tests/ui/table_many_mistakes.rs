//! All mistakes of a table are reported at once.
use aludel::prelude::*;

table! {
    #[table(nme = "x")]
    #[derive(Debug)]
    people {
        id: i64 [primery_key],
        select: String,
        name: String [length = "x", references()],
        #[serde(skip)]
        name: i64,
        age: Option<i64> [primary_key, length = 3],
    }
    empty {}
    columns { id: i64 [primary_key] }
}

fn main() {
    let _ = people::select().filter(people::name.eq("x"));
}
