//! A foreign key to a column that is not the primary key, and one to a part of it.
use aludel::prelude::*;

table! { authors { id: i64 [primary_key], name: String } }
table! { pairs { a: i64 [primary_key], b: i64 [primary_key] } }
table! { posts { id: i64 [primary_key], author: String [references(authors::name)], pair: i64 [references(pairs::a)] } }

fn main() {}
