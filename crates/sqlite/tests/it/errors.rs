//! What a database refuses, by kind and with its names; and never with a value.

use aludel_driver_suite::canary::{CANARY, NUMBER, check_silent};
use aludel_engine::Engine;
use aludel_sql::{Delete, Executable, Result, raw, select};
use expect_test::{Expect, expect};

use crate::people::{BOSS, EMAIL, ID, Many, NAME, People, all, insert, update};
use crate::world::{World, execute};

const SCHEMA: [&str; 6] = [
    "CREATE TABLE rules (a INTEGER PRIMARY KEY, b TEXT NOT NULL, c INTEGER CONSTRAINT positive CHECK (c > 0), d INTEGER CHECK (d < 5), UNIQUE (b, c))",
    "CREATE UNIQUE INDEX lower_b ON rules (lower(b))",
    "CREATE TABLE kinds (a INTEGER, b TEXT) STRICT",
    "CREATE TABLE pair (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID",
    "CREATE TRIGGER no_eve BEFORE INSERT ON people WHEN new.name LIKE 'eve%' BEGIN SELECT RAISE(ABORT, 'no tweety-4711 here'); END",
    "CREATE TABLE loose (a)",
];

async fn world() -> (World, Engine) {
    let (world, engine) = World::with_people().await;
    for sql in SCHEMA {
        execute(&engine, sql).await;
    }
    (world, engine)
}

#[track_caller]
fn check<T: std::fmt::Debug>(result: Result<T>, expected: Expect) {
    let error = result.expect_err("an error");
    expected.assert_eq(&format!("{:?}\n{error:?}", error.kind()));
    check_silent(&error);
}

#[tokio::test]
async fn unique() {
    let (_world, engine) = world().await;
    engine.execute(insert(CANARY)).await.expect("to insert");
    check(
        engine.execute(insert(CANARY)).await,
        expect![[r#"
            Integrity(Integrity { kind: Unique, constraint: Some("uq_people_name"), table: Some("people"), columns: ["name"] })
            IntegrityError: the unique constraint `uq_people_name` of table `people` on `name` is violated
              statement: INSERT INTO people (name) VALUES (?1)
              hint: another row has this value: ask for it before inserting, or answer this error in an error handler, with 409 and a message"#]],
    );
    let clash = raw("INSERT INTO rules (b, c) VALUES (:b, :c)").bind("b", CANARY).bind("c", NUMBER);
    clash.execute(&engine).await.expect("to insert");
    check(
        clash.execute(&engine).await,
        expect![[r#"
            Integrity(Integrity { kind: Unique, constraint: Some("lower_b"), table: None, columns: [] })
            IntegrityError: the unique constraint `lower_b` is violated
              statement: INSERT INTO rules (b, c) VALUES (?1, ?2)
              hint: another row has this value: ask for it before inserting, or answer this error in an error handler, with 409 and a message"#]],
    );
    let clash = raw("INSERT INTO rules (b, c) VALUES (upper(:b), 1)").bind("b", CANARY);
    check(
        clash.execute(&engine).await,
        expect![[r#"
            Integrity(Integrity { kind: Unique, constraint: Some("lower_b"), table: None, columns: [] })
            IntegrityError: the unique constraint `lower_b` is violated
              statement: INSERT INTO rules (b, c) VALUES (upper(?1), 1)
              hint: another row has this value: ask for it before inserting, or answer this error in an error handler, with 409 and a message"#]],
    );
    check(
        engine.execute(Many(vec!["x".into(), CANARY.into()], None)).await,
        expect![[r#"
            Integrity(Integrity { kind: Unique, constraint: Some("uq_people_name"), table: Some("people"), columns: ["name"] })
            IntegrityError: the unique constraint `uq_people_name` of table `people` on `name` is violated
              statement: INSERT INTO people (name) VALUES (?1)
              hint: another row has this value: ask for it before inserting, or answer this error in an error handler, with 409 and a message"#]],
    );
}

#[tokio::test]
async fn primary_key() {
    let (_world, engine) = world().await;
    engine.execute(insert("bob").set(ID, NUMBER)).await.expect("to insert");
    check(
        engine.execute(insert(CANARY).set(ID, NUMBER)).await,
        expect![[r#"
            Integrity(Integrity { kind: PrimaryKey, constraint: Some("pk_people"), table: Some("people"), columns: ["id"] })
            IntegrityError: the primary key constraint `pk_people` of table `people` on `id` is violated
              statement: INSERT INTO people (name, id) VALUES (?1, ?2)
              hint: another row has this key: let the database assign it, or load and change that row"#]],
    );
    let clash = raw("INSERT INTO pair VALUES (:a, :b)").bind("a", NUMBER).bind("b", CANARY);
    clash.execute(&engine).await.expect("to insert");
    check(
        clash.execute(&engine).await,
        expect![[r#"
            Integrity(Integrity { kind: PrimaryKey, constraint: None, table: Some("pair"), columns: ["a", "b"] })
            IntegrityError: the primary key constraint of table `pair` on `a`, `b` is violated
              statement: INSERT INTO pair VALUES (?1, ?2)
              hint: another row has this key: let the database assign it, or load and change that row"#]],
    );
}

#[tokio::test]
async fn not_null_and_check() {
    let (_world, engine) = world().await;
    check(
        raw("INSERT INTO rules (b, c) VALUES (NULL, :c)").bind("c", NUMBER).execute(&engine).await,
        expect![[r#"
            Integrity(Integrity { kind: NotNull, constraint: None, table: Some("rules"), columns: ["b"] })
            IntegrityError: the not null constraint of table `rules` on `b` is violated
              statement: INSERT INTO rules (b, c) VALUES (NULL, ?1)
              hint: give the column a value, or declare it as an `Option`; a table that is older than its declaration may demand more"#]],
    );
    check(
        raw("INSERT INTO rules (b, c) VALUES (:b, :c)").bind("b", CANARY).bind("c", -NUMBER).execute(&engine).await,
        expect![[r#"
            Integrity(Integrity { kind: Check, constraint: Some("positive"), table: None, columns: [] })
            IntegrityError: the check constraint `positive` is violated
              statement: INSERT INTO rules (b, c) VALUES (?1, ?2)
              hint: the database refuses the value: check it before, or answer this error in an error handler"#]],
    );
    check(
        raw("INSERT INTO rules (b, d) VALUES (:b, :d)").bind("b", CANARY).bind("d", NUMBER).execute(&engine).await,
        expect![[r#"
            Integrity(Integrity { kind: Check, constraint: Some("d < 5"), table: None, columns: [] })
            IntegrityError: the check constraint `d < 5` is violated
              statement: INSERT INTO rules (b, d) VALUES (?1, ?2)
              hint: the database refuses the value: check it before, or answer this error in an error handler"#]],
    );
}

#[tokio::test]
async fn foreign_key() {
    let (_world, engine) = world().await;
    check(
        engine.execute(insert(CANARY).set(BOSS, NUMBER)).await,
        expect![[r#"
            Integrity(Integrity { kind: ForeignKey, constraint: Some("fk_people_boss_id_people"), table: Some("people"), columns: ["boss_id"] })
            IntegrityError: the foreign key constraint `fk_people_boss_id_people` of table `people` on `boss_id` is violated
              statement: INSERT INTO people (name, boss_id) VALUES (?1, ?2)
              hint: the row that is referred to is not there, or other rows refer to the one that goes: insert parents first, delete children first"#]],
    );
    engine.execute(insert("boss").set(ID, NUMBER)).await.expect("to insert");
    engine.execute(insert("bob").set(BOSS, NUMBER)).await.expect("to insert");
    check(
        raw("DELETE FROM people WHERE id = :id").bind("id", NUMBER).execute(&engine).await,
        expect![[r#"
            Integrity(Integrity { kind: ForeignKey, constraint: None, table: None, columns: [] })
            IntegrityError: the foreign key constraint is violated
              statement: DELETE FROM people WHERE id = ?1
              hint: the row that is referred to is not there, or other rows refer to the one that goes: insert parents first, delete children first"#]],
    );
}

/// SQLite says neither which row still points at one that goes, nor by which key.
#[tokio::test]
async fn foreign_keys_that_still_point() {
    let (_world, engine) = world().await;
    for sql in [
        "CREATE TABLE \"odd \"\" table\" (\"a b\" INTEGER REFERENCES people, c INTEGER REFERENCES people (id) ON DELETE CASCADE)",
        "CREATE TABLE named (n TEXT CONSTRAINT fk_named_n_people REFERENCES people (name))",
    ] {
        execute(&engine, sql).await;
    }
    for name in ["boss", "bob", "odd", "named"] {
        engine.execute(insert(name)).await.expect("to insert");
    }
    execute(&engine, "UPDATE people SET boss_id = 1 WHERE name = 'bob'").await;
    execute(&engine, "INSERT INTO \"odd \"\" table\" VALUES (3, 4)").await;
    execute(&engine, "INSERT INTO named VALUES ('named')").await;
    let delete = |name: &'static str| Delete::<People>::from_table().filter(NAME.eq(name));
    check(
        engine.execute(delete("boss")).await,
        expect![[r#"
            Integrity(Integrity { kind: ForeignKey, constraint: Some("fk_people_boss_id_people"), table: Some("people"), columns: ["boss_id"] })
            IntegrityError: the foreign key constraint `fk_people_boss_id_people` of table `people` on `boss_id` is violated
              statement: DELETE FROM people WHERE name = ?1
              hint: other rows still point at what would be deleted: delete them first, or let them point elsewhere"#]],
    );
    check(
        engine.execute(delete("odd")).await,
        expect![[r#"
            Integrity(Integrity { kind: ForeignKey, constraint: None, table: Some("odd \" table"), columns: ["a b"] })
            IntegrityError: the foreign key constraint of table `odd " table` on `a b` is violated
              statement: DELETE FROM people WHERE name = ?1
              hint: other rows still point at what would be deleted: delete them first, or let them point elsewhere"#]],
    );
    check(
        engine.execute(update().set(NAME, CANARY).filter(NAME.eq("named"))).await,
        expect![[r#"
            Integrity(Integrity { kind: ForeignKey, constraint: Some("fk_named_n_people"), table: Some("named"), columns: ["n"] })
            IntegrityError: the foreign key constraint `fk_named_n_people` of table `named` on `n` is violated
              statement: UPDATE people SET name = ?1 WHERE name = ?2
              hint: other rows still point at what would be changed: change or delete them first"#]],
    );
}

#[tokio::test]
async fn values_that_do_not_fit() {
    let (_world, engine) = world().await;
    check(
        engine.execute(insert(CANARY.repeat(5))).await,
        expect![[r#"
            Data { column: Some("name") }
            DataError: the text for column `name` has 55 characters, more than the 50 it can hold
              hint: check the length of the input first, or answer this error in an error handler, with 422 and a message"#]],
    );
    check(
        engine.execute(update().set(NAME, format!("{CANARY}\0"))).await,
        expect![[r#"
        Data { column: Some("name") }
        DataError: the text holds a NUL character, which databases do not keep: column `name`
          hint: refuse such input, or keep it as bytes"#]],
    );
    check(
        raw("SELECT :a").bind("a", format!("{CANARY}\0")).all(&engine).await,
        expect![[r#"
        Data { column: None }
        DataError: the text holds a NUL character, which databases do not keep
          hint: refuse such input, or keep it as bytes"#]],
    );
    check(
        raw("INSERT INTO kinds (a) VALUES (:a)").bind("a", CANARY).execute(&engine).await,
        expect![[r#"
        Data { column: None }
        DataError: a value is not of the type that its column demands
          statement: INSERT INTO kinds (a) VALUES (?1)"#]],
    );
    check(
        raw("INSERT INTO rules (a, b) VALUES (:a, 'x')").bind("a", CANARY).execute(&engine).await,
        expect![[r#"
        Data { column: None }
        DataError: a value is not of the type that its column demands
          statement: INSERT INTO rules (a, b) VALUES (?1, 'x')"#]],
    );
    check(
        engine.execute(insert(format!("eve {CANARY}"))).await,
        expect![[r#"
        Data { column: None }
        DataError: a trigger of the database refused the change
          statement: INSERT INTO people (name) VALUES (?1)
          hint: what it says is the `detail` of this error"#]],
    );
    check(
        raw("SELECT abs(:a)").bind("a", i64::MIN).all(&engine).await,
        expect![[r#"
            Data { column: None }
            DataError: SQLite could not carry the statement out
              statement: SELECT abs(?1)
              hint: SQLite's own words, which may quote a value, are the `detail` of this error"#]],
    );
    check(
        raw("SELECT json_extract('{}', :a)").bind("a", CANARY).all(&engine).await,
        expect![[r#"
            Data { column: None }
            DataError: SQLite could not carry the statement out
              statement: SELECT json_extract('{}', ?1)
              hint: SQLite's own words, which may quote a value, are the `detail` of this error"#]],
    );
}

#[tokio::test]
async fn stored_values_of_another_type() {
    let (_world, engine) = world().await;
    raw("INSERT INTO loose VALUES (:a)").bind("a", CANARY).execute(&engine).await.expect("to insert");
    let row = raw("SELECT a FROM loose").one(&engine).await.expect("a row");
    check(
        row.try_get::<i64>("a"),
        expect![[r#"
        Data { column: Some("a") }
        DataError: column `a` holds text where an integer is expected"#]],
    );
    raw("INSERT INTO people (name, email) VALUES (x'ff00', :n)").bind("n", NUMBER).execute(&engine).await.expect("SQLite lets it in");
    check(
        select(NAME).all(&engine).await,
        expect![[r#"
        Data { column: Some("name") }
        DataError: column `name` holds bytes where text is expected
          statement: SELECT name FROM people"#]],
    );
    raw("UPDATE people SET email = :blob").bind("blob", CANARY.as_bytes().to_vec()).execute(&engine).await.expect("SQLite lets it in");
    check(
        select((ID, EMAIL)).filter(ID.eq(1)).all(&engine).await,
        expect![[r#"
        Data { column: Some("email") }
        DataError: column `email` holds bytes where text is expected
          statement: SELECT id, email FROM people WHERE id = ?1"#]],
    );
    raw("UPDATE people SET name = CAST(x'ff' AS TEXT)").execute(&engine).await.expect("SQLite lets it in");
    check(
        all().all(&engine).await,
        expect![[r#"
        Data { column: Some("name") }
        DataError: column `name` holds bytes that are not UTF-8 where text is expected
          statement: SELECT id, name, email, boss_id FROM people"#]],
    );
}

#[tokio::test]
async fn what_is_not_understood_or_not_there() {
    let (_world, engine) = world().await;
    check(
        raw("SELEC :a").bind("a", CANARY).all(&engine).await,
        expect![[r#"
        Syntax
        SyntaxError: SQLite does not understand the statement
          statement: SELEC ?1
          hint: SQLite says: near "SELEC": syntax error"#]],
    );
    check(
        raw("SELECT * FROM nowhere WHERE a = :a").bind("a", CANARY).all(&engine).await,
        expect![[r#"
        Syntax
        SyntaxError: the database has no table `nowhere`
          statement: SELECT * FROM nowhere WHERE a = ?1
          hint: make it with `MetaData::create_all`, or check that the URL names the right file"#]],
    );
    check(
        raw("SELECT absent FROM people WHERE name = :a").bind("a", CANARY).all(&engine).await,
        expect![[r#"
            Syntax
            SyntaxError: the database has no column `absent` in the table that the statement names
              statement: SELECT absent FROM people WHERE name = ?1
              hint: look for a slip in its name; if the table is older than its declaration, add the column with ALTER TABLE"#]],
    );
    check(
        raw("INSERT INTO people (absent) VALUES (:a)").bind("a", CANARY).execute(&engine).await,
        expect![[r#"
            Syntax
            SyntaxError: the database has no column `absent` in the table that the statement names
              statement: INSERT INTO people (absent) VALUES (?1)
              hint: look for a slip in its name; if the table is older than its declaration, add the column with ALTER TABLE"#]],
    );
    check(
        engine.execute(raw("ALTER TABLE people DROP COLUMN boss_id")).await,
        expect![[r#"
        Syntax
        SyntaxError: the schema does not allow the statement
          statement: ALTER TABLE people DROP COLUMN boss_id
          hint: SQLite says: error in table people after drop column: unknown column "boss_id" in foreign key definition"#]],
    );
    execute(&engine, "ALTER TABLE people RENAME COLUMN boss_id TO boss").await;
    check(
        engine.execute(insert(CANARY).set(BOSS, NUMBER)).await,
        expect![[r#"
            Syntax
            SyntaxError: the database has no column `boss_id` in the table that the statement names
              statement: INSERT INTO people (name, boss_id) VALUES (?1, ?2)
              hint: look for a slip in its name; if the table is older than its declaration, add the column with ALTER TABLE"#]],
    );
    execute(&engine, "DROP TABLE people").await;
    check(
        engine.execute(insert(CANARY)).await,
        expect![[r#"
        Syntax
        SyntaxError: the database has no table `people`
          statement: INSERT INTO people (name) VALUES (?1)
          hint: make it with `MetaData::create_all`, or check that the URL names the right file"#]],
    );
    assert_eq!(insert(CANARY).into_statement().access(), aludel_sql::Access::Write);
}

#[tokio::test]
async fn the_databases_own_words_are_there_for_who_asks() {
    let (_world, engine) = world().await;
    let error = engine.execute(insert(format!("eve {CANARY}"))).await.expect_err("the trigger");
    assert_eq!(error.detail(), Some("no tweety-4711 here"));
}
