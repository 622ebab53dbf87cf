//! A foreign key to a column that is not there, and one to a table that is not there.
use aludel::prelude::*;

table! { authors { id: i64 [primary_key], name: String } }
table! { posts { id: i64 [primary_key], author_id: i64 [references(authors::key)] } }
table! { comments { id: i64 [primary_key], author_id: i64 [references(writers::id)] } }

fn main() {}
