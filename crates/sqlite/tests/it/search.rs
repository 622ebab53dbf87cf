//! Full-text search: FTS5 is in the SQLite that comes with us, and is used by raw SQL.

use aludel_engine::Engine;
use aludel_sql::raw;

use crate::world::{World, execute};

async fn found(engine: &Engine, words: &str) -> Vec<String> {
    let query = raw("SELECT title FROM notes_index WHERE notes_index MATCH :words ORDER BY rank").bind("words", words.to_owned());
    query.all(engine).await.expect("rows").iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn an_index_that_triggers_keep_in_step() {
    let world = World::new();
    let engine = world.engine();
    for sql in [
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL)",
        "CREATE VIRTUAL TABLE notes_index USING fts5(title, body, content='notes', content_rowid='id', tokenize='porter unicode61')",
        "CREATE TRIGGER notes_inserted AFTER INSERT ON notes BEGIN \
         INSERT INTO notes_index (rowid, title, body) VALUES (new.id, new.title, new.body); END",
        "CREATE TRIGGER notes_deleted AFTER DELETE ON notes BEGIN \
         INSERT INTO notes_index (notes_index, rowid, title, body) VALUES ('delete', old.id, old.title, old.body); END",
        "INSERT INTO notes (title, body) VALUES ('Flask', 'a bottle for running water'), ('Retort', 'bent; it runs'), ('Lamp', 'light')",
    ] {
        execute(&engine, sql).await;
    }
    assert_eq!(found(&engine, "run").await, ["Retort", "Flask"], "by rank, and whatever the form of the word");
    assert_eq!(found(&engine, "title:flask AND water").await, ["Flask"]);
    execute(&engine, "DELETE FROM notes WHERE title = 'Flask'").await;
    assert_eq!(found(&engine, "run").await, ["Retort"]);
    let snippet = raw("SELECT snippet(notes_index, 1, '[', ']', '..', 4) FROM notes_index WHERE notes_index MATCH 'light'");
    assert_eq!(snippet.one(&engine).await.expect("a row").get::<String>(0), "[light]");
    let error = raw("SELECT title FROM notes_index WHERE notes_index MATCH :words").bind("words", "\"").all(&engine).await;
    assert!(error.is_err(), "the words of a search are a language of their own");
}
