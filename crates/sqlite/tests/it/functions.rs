//! Functions and orders of texts of the program's own: our values, our errors, and panics that stay where they are.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aludel_engine::Engine;
use aludel_sql::{Error, ErrorKind, Result, Value, raw};
use aludel_sqlite::Sqlite;
use expect_test::{Expect, expect};

use crate::people::insert;
use crate::world::{World, execute, number, shown};

fn memory(driver: impl FnOnce(Sqlite) -> Sqlite) -> Engine {
    Engine::on(driver(Sqlite::from_url("sqlite://").expect("a URL")))
}

fn described(values: &[Value<'_>]) -> Result<Value<'static>> {
    Ok(Value::Text(format!("{values:?}").into()))
}

#[tokio::test]
async fn arguments_are_our_values() {
    let engine = memory(|driver| driver.function("described", 5, described).function("described", 0, described));
    let row = raw("SELECT described(NULL, 7, 0.5, 'it''s', x'00ff'), described()").one(&engine).await.expect("a row");
    assert_eq!(row.get::<String>(0), "[NULL, 7, 0.5, 'it''s', X'00FF']");
    assert_eq!(row.get::<String>(1), "[]");
}

#[tokio::test]
async fn results_are_kept_as_bound_values_are() {
    let engine = memory(|driver| {
        driver.function("made", 1, |values| {
            Ok(match values {
                [Value::Int(0)] => Value::Null,
                [Value::Int(1)] => Value::Bool(true),
                [Value::Int(2)] => Value::Float(0.5),
                [Value::Int(3)] => Value::Text("tex\0t".into()),
                [Value::Int(4)] => Value::Bytes(vec![0, 255].into()),
                [Value::Int(5)] => Value::Date("2024-02-29".parse().expect("a date")),
                [Value::Int(6)] => Value::Decimal("1.50".into()),
                _ => Value::Int(i64::MIN),
            })
        })
    });
    let query = raw("SELECT typeof(made(value)), quote(made(value)) FROM json_each('[0, 1, 2, 3, 4, 5, 6, 7]')");
    let rows: Vec<_> = query.all(&engine).await.expect("rows").iter().map(|row| format!("{:?}", row.values())).collect();
    expect![[r#"
        ['null', 'NULL']
        ['integer', '1']
        ['real', '0.5']
        ['text', '''tex''']
        ['blob', 'X''00FF''']
        ['text', '''2024-02-29''']
        ['text', '''1.50''']
        ['integer', '-9223372036854775808']"#]]
    .assert_eq(&rows.join("\n"));
}

async fn failing(sql: &'static str, expected: Expect) {
    let engine = memory(|driver| {
        driver
            .function("refuses", 1, |_values| Err(Error::new(ErrorKind::Config, "there is no key").hint("make one")))
            .function("panics", 1, |_values| resume_unwind(Box::new("on purpose")))
            .function("no_number", 1, |_values| Ok(Value::Float(f64::NAN)))
    });
    execute(&engine, "CREATE TABLE numbers (id INTEGER PRIMARY KEY)").await;
    let error = raw(sql).all(&engine).await.expect_err("it fails");
    expected.assert_eq(&shown(&error));
    assert_eq!(number(&engine, "SELECT count(*) FROM numbers").await, 0, "nothing was written");
}

#[tokio::test]
async fn its_error_is_that_of_the_statement() {
    failing(
        "SELECT refuses(1)",
        expect![[r#"
        ConfigError: there is no key
          statement: SELECT refuses(1)
          hint: make one"#]],
    )
    .await;
    failing(
        "INSERT INTO numbers SELECT value + refuses(value) FROM json_each('[1, 2]')",
        expect![[r#"
        ConfigError: there is no key
          statement: INSERT INTO numbers SELECT value + refuses(value) FROM json_each('[1, 2]')
          hint: make one"#]],
    )
    .await;
    failing(
        "SELECT panics(1)",
        expect![[r#"
        UsageError: the function `panics` of the program has panicked
          statement: SELECT panics(1)"#]],
    )
    .await;
    failing(
        "SELECT no_number(1)",
        expect![[r#"
        DataError: the function `no_number` returned a number that is not a number (NaN), which SQLite does not keep
          statement: SELECT no_number(1)"#]],
    )
    .await;
    failing(
        "SELECT refuses(1, 2)",
        expect![[r#"
        SyntaxError: SQLite does not understand the statement
          statement: SELECT refuses(1, 2)
          hint: SQLite says: wrong number of arguments to function refuses()"#]],
    )
    .await;
    failing(
        "SELECT refuses(cast(x'ff' AS TEXT))",
        expect![[r#"
        DataError: the function `refuses` was given text that is not UTF-8
          statement: SELECT refuses(cast(x'ff' AS TEXT))"#]],
    )
    .await;
}

#[tokio::test]
async fn a_failure_inside_of_a_transaction_ends_its_statement_only() {
    let world = World::new();
    let engine = Engine::on(world.driver().function("panics", 0, |_values| resume_unwind(Box::new("on purpose"))));
    execute(&engine, "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)").await;
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("bob")).await.expect("to insert");
    transaction.execute(raw("INSERT INTO people (name) VALUES (panics())")).await.expect_err("it panics");
    transaction.execute(insert("eve")).await.expect("to insert");
    transaction.commit().await.expect("to commit");
    assert_eq!(world.count(), 2);
}

#[tokio::test]
async fn a_pure_one_can_stand_in_an_index() {
    let called = Arc::new(AtomicUsize::new(0));
    let (world, counted) = (World::new(), Arc::clone(&called));
    let engine = Engine::on(world.driver().pure_function("twice", 1, move |values| {
        counted.fetch_add(1, Ordering::SeqCst);
        Ok(match values {
            [Value::Int(int)] => Value::Int(int * 2),
            _ => Value::Null,
        })
    }));
    execute(&engine, "CREATE TABLE numbers (id INTEGER PRIMARY KEY)").await;
    execute(&engine, "CREATE INDEX doubled ON numbers (twice(id))").await;
    execute(&engine, "INSERT INTO numbers VALUES (1), (2), (3)").await;
    let before = called.load(Ordering::SeqCst);
    assert_eq!(number(&engine, "SELECT id FROM numbers WHERE twice(id) = 4").await, 2);
    assert_eq!(called.load(Ordering::SeqCst), before, "the index has the results");
    let other = Engine::on(world.driver().function("twice", 1, |_values| Ok(Value::Null)));
    let error = other.execute(raw("CREATE INDEX other ON numbers (twice(id))")).await.expect_err("it may change");
    assert_eq!(*error.kind(), ErrorKind::Syntax, "{error:?}");
}

#[tokio::test]
async fn every_connection_has_them() {
    let world = World::new();
    let engine = Engine::on(world.driver().function("one", 0, |_values| Ok(Value::Int(1))).collation("backwards", |a, b| b.cmp(a)));
    let mut connections = Vec::new();
    for _ in 0..3 {
        connections.push(engine.connect().await.expect("a connection"));
    }
    for connection in &mut connections {
        let row = raw("SELECT one(), 'a' < 'b' COLLATE backwards").one(connection).await.expect("a row");
        assert_eq!((row.get::<i64>(0), row.get::<i64>(1)), (1, 0));
    }
}

#[tokio::test]
async fn a_collation_orders_rows_and_indexes() {
    let world = World::new();
    let engine = Engine::on(world.driver().collation("length", |a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b))));
    execute(&engine, "CREATE TABLE words (word TEXT COLLATE length PRIMARY KEY)").await;
    execute(&engine, "INSERT INTO words VALUES ('ccc'), ('a'), ('bb'), ('aaa'), ('ö')").await;
    let rows = raw("SELECT word FROM words ORDER BY word").all(&engine).await.expect("rows");
    assert_eq!(rows.iter().map(|row| row.get::<String>(0)).collect::<Vec<_>>(), ["a", "bb", "ö", "aaa", "ccc"]);
    assert_eq!(number(&engine, "SELECT count(*) FROM words WHERE word >= 'bb'").await, 4);
}

/// SQLite has no way to say that an order cannot be told: it goes on, and we keep nothing of it.
#[tokio::test]
async fn a_panic_in_a_collation_ends_the_statement() {
    let world = World::new();
    let order = |a: &str, b: &str| {
        assert!(![a, b].contains(&"bad"), "on purpose");
        a.cmp(b)
    };
    let engine = Engine::on(world.driver().collation("touchy", order));
    execute(&engine, "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT COLLATE touchy UNIQUE)").await;
    execute(&engine, "INSERT INTO people (name) VALUES ('a'), ('b')").await;
    let error = engine.execute(insert("bad")).await.expect_err("it panics");
    expect![[r#"
        UsageError: the collation `touchy` of the program has panicked
          statement: INSERT INTO people (name) VALUES (?1)"#]]
    .assert_eq(&shown(&error));
    assert_eq!(world.count(), 2, "a statement alone is not committed");
    raw("SELECT name FROM people WHERE name > 'bad'").all(&engine).await.expect_err("it panics");

    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("c")).await.expect("to insert");
    transaction.execute(insert("bad")).await.expect_err("it panics");
    assert_eq!(*transaction.execute(insert("d")).await.expect_err("the transaction is gone").kind(), ErrorKind::Usage);
    drop(transaction);
    assert_eq!(engine.execute(insert("e")).await.expect("the engine goes on"), 1);
    assert_eq!(world.count(), 3);
    let check: String = raw("PRAGMA integrity_check").one(&engine).await.expect("a check").get(0);
    assert_eq!(check, "ok");
}

#[tokio::test]
async fn what_sqlite_does_not_take_is_told_at_the_first_use() {
    let engine = memory(|driver| driver.function("wide", 2000, described));
    let error = raw("SELECT 1").one(&engine).await.expect_err("too many arguments");
    assert_eq!(*error.kind(), ErrorKind::Config, "{error:?}");
    assert!(error.to_string().contains("the function `wide`"), "{error}");
}
