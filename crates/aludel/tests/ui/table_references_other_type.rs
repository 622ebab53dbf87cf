//! A foreign key of another type than the key.
use aludel::prelude::*;

table! { authors { id: i64 [primary_key], name: String } }
table! { posts { id: i64 [primary_key], author_id: String [references(authors::id)] } }

fn main() {}
