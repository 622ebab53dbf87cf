//! The models that the tests of the session share: authors and their posts, a tree, a text key, a composite key.

use aludel::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[table(name = "authors")]
pub(crate) struct Author {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(unique, length = 50)]
    pub(crate) name: String,
    pub(crate) score: f64,
    pub(crate) motto: Option<String>,
}

#[derive(Model, Debug, Clone)]
#[table(name = "posts")]
pub(crate) struct Post {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) author: Ref<Author>,
    pub(crate) editor: Option<Ref<Author>>,
    pub(crate) title: String,
}

#[derive(Model, Debug, Clone)]
#[table(name = "nodes")]
pub(crate) struct Node {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) parent: Option<Ref<Node>>,
    pub(crate) label: String,
}

#[derive(Model, Debug, Clone)]
#[table(name = "settings")]
pub(crate) struct Setting {
    #[column(primary_key, length = 100)]
    pub(crate) key: String,
    pub(crate) value: i64,
}

#[derive(Model, Debug, Clone)]
#[table(name = "members")]
pub(crate) struct Member {
    #[column(primary_key)]
    pub(crate) club: i64,
    #[column(primary_key)]
    pub(crate) number: i32,
    pub(crate) name: String,
}

/// Nothing but a key.
#[derive(Model, Debug, Clone)]
#[table(name = "tickets")]
pub(crate) struct Ticket {
    #[column(primary_key)]
    pub(crate) id: i64,
}

/// The application that makes the tables.
pub(crate) fn library() -> App {
    App::new("library").models(models![Author, Post, Node, Setting, Member, Ticket])
}

pub(crate) fn author(name: &str) -> Author {
    Author { id: auto(), name: name.into(), score: 1.0, motto: None }
}

pub(crate) fn post(author: impl Into<Ref<Author>>, title: &str) -> Post {
    Post { id: auto(), author: author.into(), editor: None, title: title.into() }
}

pub(crate) fn node(parent: Option<Obj<Node>>, label: &str) -> Node {
    Node { id: auto(), parent: parent.map(Into::into), label: label.into() }
}

/// The labels of all rows, in the order of their keys, as another connection sees them.
pub(crate) async fn names(engine: &Engine) -> Vec<(i64, String)> {
    let authors = Author::query().order_by(Author::id.asc()).all(engine).await.unwrap();
    authors.into_iter().map(|author| (author.id, author.name)).collect()
}

/// Adds authors of these names and commits.
pub(crate) async fn committed<const N: usize>(db: &mut Db, given: [&str; N]) -> [Obj<Author>; N] {
    let added = given.map(|name| db.add(author(name)));
    db.commit().await.unwrap();
    added
}
