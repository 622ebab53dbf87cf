//! Statements that are kept prepared: while the schema changes under them, and when there are too many.

use aludel_sql::{ErrorKind, RawSql, raw};
use expect_test::{Expect, expect};

use crate::people::insert;
use crate::world::{World, execute, number, shown};

#[tokio::test]
async fn the_columns_of_a_kept_statement_follow_the_schema() {
    let (_world, engine) = World::with_people().await;
    execute(&engine, "CREATE TABLE notes (a, b)").await;
    execute(&engine, "INSERT INTO notes VALUES (1, 2)").await;
    let check = async |expected: Expect| {
        let row = raw("SELECT * FROM notes").one(&engine).await.expect("a row");
        expected.assert_eq(&format!("{row:?}"));
    };
    check(expect![[r#"Row { names: ["a", "b"], values: [1, 2] }"#]]).await;
    execute(&engine, "ALTER TABLE notes ADD COLUMN c DEFAULT 3").await;
    check(expect![[r#"Row { names: ["a", "b", "c"], values: [1, 2, 3] }"#]]).await;
    execute(&engine, "ALTER TABLE notes DROP COLUMN a").await;
    check(expect![[r#"Row { names: ["b", "c"], values: [2, 3] }"#]]).await;
    execute(&engine, "ALTER TABLE notes RENAME COLUMN b TO z").await;
    check(expect![[r#"Row { names: ["z", "c"], values: [2, 3] }"#]]).await;
    check(expect![[r#"Row { names: ["z", "c"], values: [2, 3] }"#]]).await;
}

#[tokio::test]
async fn the_columns_follow_another_process_too() {
    let (world, engine) = World::with_people().await;
    execute(&engine, "CREATE TABLE notes AS SELECT 1 AS a").await;
    let names = async || format!("{:?}", raw("SELECT * FROM notes").one(&engine).await.expect("a row"));
    assert_eq!(names().await, r#"Row { names: ["a"], values: [1] }"#);
    world.outside().execute_batch("DROP TABLE notes; CREATE TABLE notes AS SELECT 2 AS b").expect("another table");
    assert_eq!(names().await, r#"Row { names: ["b"], values: [2] }"#);
}

#[tokio::test]
async fn a_kept_statement_of_a_table_that_is_gone() {
    let (_world, engine) = World::with_people().await;
    execute(&engine, "CREATE TABLE notes (id INTEGER PRIMARY KEY)").await;
    assert_eq!(number(&engine, "SELECT count(*) FROM notes").await, 0);
    execute(&engine, "DROP TABLE notes").await;
    for _ in 0..2 {
        let error = raw("SELECT count(*) FROM notes").one(&engine).await.expect_err("it is gone");
        expect![[r#"
            SyntaxError: the database has no table `notes`
              statement: SELECT count(*) FROM notes
              hint: make it with `MetaData::create_all`, or check that the URL names the right file"#]]
        .assert_eq(&shown(&error));
    }
    execute(&engine, "CREATE TABLE notes (id INTEGER PRIMARY KEY)").await;
    assert_eq!(number(&engine, "SELECT count(*) FROM notes").await, 0);
}

#[tokio::test]
async fn more_statements_than_are_kept() {
    let (_world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    for round in 0..2 {
        for nth in 0..700_i64 {
            let sql = RawSql::trusted(format!("SELECT {nth} + :more"));
            let row = raw(sql).bind("more", round).one(&mut connection).await.expect("a row");
            assert_eq!(row.get::<i64>(0), nth + round);
        }
    }
    assert_eq!(connection.execute(insert("bob")).await.expect("to insert"), 1);
}

#[tokio::test]
async fn a_placeholder_of_its_own_is_an_error() {
    let (_world, engine) = World::with_people().await;
    let error = raw("SELECT ?").one(&engine).await.expect_err("no value is bound to it");
    assert_eq!(*error.kind(), ErrorKind::Usage);
}
