//! Raw statements: one at a time, with comments, and those that are no questions of rows at all.

use aludel_sql::{ErrorKind, IntoRawSql, RawSql, raw};
use expect_test::{Expect, expect};

use crate::people::insert;
use crate::world::{World, execute, number, shown};

async fn check(sql: impl IntoRawSql, expected: Expect) {
    let (world, engine) = World::with_people().await;
    let shown = match raw(sql).all(&engine).await {
        Ok(rows) => rows.iter().map(|row| format!("{:?}", row.values())).collect::<Vec<_>>().join("\n"),
        Err(error) => shown(&error),
    };
    expected.assert_eq(&shown);
    assert_eq!(world.count(), 0, "no part of a refused text has run");
}

#[tokio::test]
async fn comments_and_semicolons() {
    check("SELECT 1;", expect!["[1]"]).await;
    check("-- one\n/* two */ SELECT 1 /* three */ ; ; -- four", expect!["[1]"]).await;
    check(";; SELECT ';' -- it's", expect!["[';']"]).await;
}

#[tokio::test]
async fn several_statements_or_none() {
    let several = expect![[r#"
        SyntaxError: the text holds more than one statement
          statement: INSERT INTO people (name) VALUES ('a'); INSERT INTO people (name) VALUES ('b')
          hint: run them one by one"#]];
    check("INSERT INTO people (name) VALUES ('a'); INSERT INTO people (name) VALUES ('b')", several).await;
    check(
        "SELECT 1; no SQL at all",
        expect![[r#"
            SyntaxError: the text holds more than one statement
              statement: SELECT 1; no SQL at all
              hint: run them one by one"#]],
    )
    .await;
    check(
        "",
        expect![[r#"
        SyntaxError: the statement is empty
          statement: "#]],
    )
    .await;
    check(
        " -- nothing\n ; ",
        expect![[r#"
        SyntaxError: the statement is empty
          statement:  -- nothing
         ; "#]],
    )
    .await;
    let nul = RawSql::trusted("SELECT 1\0; DELETE FROM people".to_owned());
    let error = raw(nul).all(&World::with_people().await.1).await.expect_err("SQLite would stop at the NUL");
    assert_eq!(*error.kind(), ErrorKind::Syntax);
}

#[tokio::test]
async fn a_pragma_answers_and_changes_its_connection() {
    let (_world, engine) = World::with_people().await;
    assert_eq!(number(&engine, "PRAGMA foreign_keys").await, 1);
    assert_eq!(number(&engine, "PRAGMA synchronous").await, 1);
    assert_eq!(raw("PRAGMA journal_mode").one(&engine).await.expect("a mode").get::<String>(0), "wal");
    let mut connection = engine.connect().await.expect("a connection");
    connection.execute(raw("PRAGMA user_version = 7")).await.expect("to set it");
    assert_eq!(number(&engine, "PRAGMA user_version").await, 7);
}

#[tokio::test]
async fn vacuum_runs_alone() {
    let (_world, engine) = World::with_people().await;
    execute(&engine, "VACUUM").await;
    let mut transaction = engine.begin_immediate().await.expect("to begin");
    let error = transaction.execute(raw("VACUUM")).await.expect_err("not in a transaction");
    expect![[r#"
        UsageError: the statement is out of place: cannot VACUUM from within a transaction
          statement: VACUUM
          hint: `begin`, `commit` and `rollback` keep track of transactions; raw statements for them must fit together"#]]
    .assert_eq(&shown(&error));
    transaction.execute(insert("bob")).await.expect("the transaction goes on");
    transaction.commit().await.expect("to commit");
}

#[tokio::test]
async fn attached_databases_belong_to_their_connection() {
    let (world, engine) = World::with_people().await;
    let other = world.folder().join("other.db");
    let mut connection = engine.connect().await.expect("a connection");
    let attach = raw("ATTACH :file AS other").bind("file", other.display().to_string());
    attach.execute(&mut connection).await.expect("to attach");
    for sql in ["CREATE TABLE other.notes (id INTEGER PRIMARY KEY)", "INSERT INTO other.notes DEFAULT VALUES"] {
        connection.execute(raw(sql)).await.expect(sql);
    }
    assert_eq!(raw("SELECT count(*) FROM other.notes").one(&mut connection).await.expect("a count").get::<i64>(0), 1);
    connection.execute(raw("DETACH other")).await.expect("to detach");
    let count: i64 = rusqlite::Connection::open(other)
        .expect("the file")
        .query_row("SELECT count(*) FROM notes", [], |row| row.get(0))
        .expect("a count");
    assert_eq!(count, 1);
}

#[tokio::test]
async fn statements_of_transactions() {
    let (world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    for sql in ["BEGIN", "INSERT INTO people (name) VALUES ('bob')", "COMMIT", "BEGIN IMMEDIATE", "DELETE FROM people", "ROLLBACK"] {
        connection.execute(raw(sql)).await.expect(sql);
    }
    assert_eq!(world.count(), 1);
    assert_eq!(engine.execute(insert("eve")).await.expect("the place is free"), 1);
    for sql in ["COMMIT", "ROLLBACK", "RELEASE one"] {
        assert_eq!(*connection.execute(raw(sql)).await.expect_err(sql).kind(), ErrorKind::Usage, "{sql}");
    }
    connection.execute(raw("BEGIN")).await.expect("to begin");
    assert_eq!(*connection.execute(raw("BEGIN")).await.expect_err("one is open").kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn nan_is_refused_instead_of_becoming_null() {
    let (_world, engine) = World::with_people().await;
    let error = raw("SELECT :x").bind("x", f64::NAN).all(&engine).await.expect_err("SQLite would make it NULL");
    expect!["DataError: SQLite keeps no number that is not a number (NaN)"].assert_eq(&error.to_string());
}

/// What a statement was given before is not given again: neither a value where there is none now, nor none where there is one.
#[tokio::test]
async fn a_statement_that_is_kept_is_given_all_its_values_anew() {
    let (_world, engine) = World::with_people().await;
    let last = (1..=70).map(|nth| format!(":v{nth}")).collect::<Vec<_>>().join(", ");
    let sql = format!("SELECT json_array({last})");
    for turn in 0..6_i64 {
        let is_null = |nth: i64| matches!((turn + nth) % 4, 0 | 1) || turn == 0;
        let question = (1..=70).fold(raw(RawSql::trusted(sql.clone())), |question, nth| {
            question.bind(format!("v{nth}"), (!is_null(nth)).then(|| format!("{turn}-{nth}")))
        });
        let expected = (1..=70).map(|nth| if is_null(nth) { "null".to_owned() } else { format!("\"{turn}-{nth}\"") });
        let found: String = question.one(&engine).await.expect("a row").try_get(0).expect("a text");
        assert_eq!(found, format!("[{}]", expected.collect::<Vec<_>>().join(",")), "turn {turn}");
    }
}
