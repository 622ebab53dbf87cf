//! An object whose key is of another type.
use aludel::prelude::*;

#[derive(Model)]
struct Author {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
struct Tag {
    #[column(primary_key)]
    name: String,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    author: Ref<Author>,
}

fn of(tag: Obj<Tag>) -> Select<Post> {
    Post::query().filter(Post::author.eq(tag))
}

fn main() {}
