//! What a database refuses, by kind and with its names; and never with a value.

use aludel_driver_suite::canary::{CANARY, NUMBER, check_silent};
use aludel_engine::Engine;
use aludel_sql::{Delete, ErrorKind, Result, raw};
use expect_test::{Expect, expect};

use crate::people::{BOSS, ID, Many, NAME, People, all, id_and_name, insert, update};
use crate::world::{World, execute};

const SCHEMA: [&str; 4] = [
    "CREATE TABLE rules (a INT PRIMARY KEY AUTO_INCREMENT, b VARCHAR(20) NOT NULL, c INT, d DATE, e ENUM('x', 'y'), f DECIMAL(5, 2), \
     j JSON, n VARCHAR(40) NOT NULL DEFAULT '', CONSTRAINT positive CHECK (c > 0), UNIQUE (b, c), UNIQUE `it's` (n))",
    "CREATE TABLE checked (a INT CHECK (a < 5))",
    "CREATE TABLE pair (a INT, b VARCHAR(40), PRIMARY KEY (a, b))",
    "CREATE TABLE no_default (a INT NOT NULL)",
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
              statement: INSERT INTO people (name) VALUES (?)
              hint: another row has this value: ask for it before inserting, or answer this error in an error handler, with 409 and a message"#]],
    );
    check(
        engine.execute(Many(vec!["x".into(), CANARY.into()], id_and_name())).await,
        expect![[r#"
            Integrity(Integrity { kind: Unique, constraint: Some("uq_people_name"), table: Some("people"), columns: ["name"] })
            IntegrityError: the unique constraint `uq_people_name` of table `people` on `name` is violated
              statement: INSERT INTO people (name) VALUES (?), (?) RETURNING id, name
              hint: another row has this value: ask for it before inserting, or answer this error in an error handler, with 409 and a message"#]],
    );
    let nasty = "tweety-4711' for key 'PRIMARY";
    engine.execute(insert(nasty)).await.expect("to insert");
    check(
        engine.execute(insert(nasty)).await,
        expect![[r#"
            Integrity(Integrity { kind: Unique, constraint: Some("uq_people_name"), table: Some("people"), columns: ["name"] })
            IntegrityError: the unique constraint `uq_people_name` of table `people` on `name` is violated
              statement: INSERT INTO people (name) VALUES (?)
              hint: another row has this value: ask for it before inserting, or answer this error in an error handler, with 409 and a message"#]],
    );
    let clash = raw("INSERT INTO rules (b, c) VALUES (:b, :c)").bind("b", CANARY).bind("c", NUMBER);
    clash.execute(&engine).await.expect("to insert");
    check(
        clash.execute(&engine).await,
        expect![[r#"
            Integrity(Integrity { kind: Unique, constraint: Some("it's"), table: None, columns: [] })
            IntegrityError: the unique constraint `it's` is violated
              statement: INSERT INTO rules (b, c) VALUES (?, ?)
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
              statement: INSERT INTO people (name, id) VALUES (?, ?)
              hint: another row has this key: let the database assign it, or load and change that row"#]],
    );
    let clash = raw("INSERT INTO pair VALUES (:a, :b)").bind("a", NUMBER).bind("b", CANARY);
    clash.execute(&engine).await.expect("to insert");
    check(
        clash.execute(&engine).await,
        expect![[r#"
        Integrity(Integrity { kind: PrimaryKey, constraint: None, table: None, columns: [] })
        IntegrityError: the primary key constraint is violated
          statement: INSERT INTO pair VALUES (?, ?)
          hint: another row has this key: let the database assign it, or load and change that row"#]],
    );
}

#[tokio::test]
async fn not_null_and_check() {
    let (_world, engine) = world().await;
    check(
        raw("INSERT INTO rules (b, c) VALUES (NULL, :c)").bind("c", NUMBER).execute(&engine).await,
        expect![[r#"
        Integrity(Integrity { kind: NotNull, constraint: None, table: None, columns: ["b"] })
        IntegrityError: the not null constraint on `b` is violated
          statement: INSERT INTO rules (b, c) VALUES (NULL, ?)
          hint: give the column a value, or declare it as an `Option`; a table that is older than its declaration may demand more"#]],
    );
    check(
        raw("INSERT INTO no_default VALUES ()").execute(&engine).await,
        expect![[r#"
        Integrity(Integrity { kind: NotNull, constraint: None, table: None, columns: ["a"] })
        IntegrityError: the not null constraint on `a` is violated
          statement: INSERT INTO no_default VALUES ()
          hint: give the column a value, or declare it as an `Option`; a table that is older than its declaration may demand more"#]],
    );
    check(
        raw("INSERT INTO rules (b, c) VALUES ('x', :c)").bind("c", -NUMBER).execute(&engine).await,
        expect![[r#"
        Integrity(Integrity { kind: Check, constraint: Some("positive"), table: Some("rules"), columns: [] })
        IntegrityError: the check constraint `positive` of table `rules` is violated
          statement: INSERT INTO rules (b, c) VALUES ('x', ?)
          hint: the database refuses the value: check it before, or answer this error in an error handler"#]],
    );
    check(
        raw("INSERT INTO checked VALUES (:a)").bind("a", NUMBER).execute(&engine).await,
        expect![[r#"
        Integrity(Integrity { kind: Check, constraint: None, table: Some("checked"), columns: ["a"] })
        IntegrityError: the check constraint of table `checked` on `a` is violated
          statement: INSERT INTO checked VALUES (?)
          hint: the database refuses the value: check it before, or answer this error in an error handler"#]],
    );
}

#[tokio::test]
async fn foreign_keys() {
    let (_world, engine) = world().await;
    check(
        engine.execute(insert(CANARY).set(BOSS, Some(NUMBER))).await,
        expect![[r#"
            Integrity(Integrity { kind: ForeignKey, constraint: Some("fk_people_boss_id_people"), table: Some("people"), columns: ["boss_id"] })
            IntegrityError: the foreign key constraint `fk_people_boss_id_people` of table `people` on `boss_id` is violated
              statement: INSERT INTO people (name, boss_id) VALUES (?, ?)
              hint: the row that is referred to is not there: insert it first"#]],
    );
    engine.execute(insert("ada").set(ID, NUMBER)).await.expect("to insert");
    engine.execute(insert("bob").set(BOSS, Some(NUMBER))).await.expect("to insert");
    check(
        engine.execute(Delete::<People>::from_table().filter(ID.eq(NUMBER))).await,
        expect![[r#"
            Integrity(Integrity { kind: ForeignKey, constraint: Some("fk_people_boss_id_people"), table: Some("people"), columns: ["boss_id"] })
            IntegrityError: the foreign key constraint `fk_people_boss_id_people` of table `people` on `boss_id` is violated
              statement: DELETE FROM people WHERE id = ?
              hint: other rows still point at what would be deleted or changed: delete them first, or let them point elsewhere"#]],
    );
}

#[tokio::test]
async fn data() {
    let (_world, engine) = world().await;
    let insert = |sql: &'static str, value: &'static str| {
        let engine = engine.clone();
        async move { raw(sql).bind("v", value).execute(&engine).await }
    };
    check(
        insert("INSERT INTO rules (b) VALUES (:v)", "tweety-4711 is too long for this column").await,
        expect![[r#"
        Data { column: Some("b") }
        DataError: a text or bytes are too long, in column `b`
          statement: INSERT INTO rules (b) VALUES (?)
          hint: the server's own words, which may quote a value, are the `detail` of this error"#]],
    );
    check(
        insert("INSERT INTO rules (b, c) VALUES ('a', :v)", CANARY).await,
        expect![[r#"
        Data { column: Some("c") }
        DataError: a value is not one that its column can hold, in column `c`
          statement: INSERT INTO rules (b, c) VALUES ('a', ?)
          hint: the server's own words, which may quote a value, are the `detail` of this error"#]],
    );
    check(
        insert("INSERT INTO rules (b, d) VALUES ('a', :v)", "for column `tweety-4711` at row 1").await,
        expect![[r#"
        Data { column: Some("d") }
        DataError: a value is not one that its column can hold, in column `d`
          statement: INSERT INTO rules (b, d) VALUES ('a', ?)
          hint: the server's own words, which may quote a value, are the `detail` of this error"#]],
    );
    check(
        insert("INSERT INTO rules (b, e) VALUES ('a', :v)", CANARY).await,
        expect![[r#"
        Data { column: Some("e") }
        DataError: a value is not one that its column can hold, in column `e`
          statement: INSERT INTO rules (b, e) VALUES ('a', ?)
          hint: the server's own words, which may quote a value, are the `detail` of this error"#]],
    );
    check(
        insert("INSERT INTO rules (b, j) VALUES ('a', :v)", CANARY).await,
        expect![[r#"
        Integrity(Integrity { kind: Check, constraint: None, table: Some("rules"), columns: ["j"] })
        IntegrityError: the check constraint of table `rules` on `j` is violated
          statement: INSERT INTO rules (b, j) VALUES ('a', ?)
          hint: the database refuses the value: check it before, or answer this error in an error handler"#]],
    );
    let large = raw("INSERT INTO rules (b, f) VALUES ('a', :v)").bind("v", NUMBER);
    check(
        large.execute(&engine).await,
        expect![[r#"
        Data { column: Some("f") }
        DataError: a number is out of range, in column `f`
          statement: INSERT INTO rules (b, f) VALUES ('a', ?)
          hint: the server's own words, which may quote a value, are the `detail` of this error"#]],
    );
    check(
        raw("SELECT :v + 9223372036854775807").bind("v", NUMBER).all(&engine).await,
        expect![[r#"
        Data { column: None }
        DataError: a number is out of range
          statement: SELECT ? + 9223372036854775807
          hint: the server's own words, which may quote a value, are the `detail` of this error"#]],
    );
    check(
        raw("SELECT :v").bind("v", f64::NAN).all(&engine).await,
        expect![[r#"
        Data { column: None }
        DataError: MySQL and MariaDB know no NaN and no infinity
          statement: SELECT ?"#]],
    );
}

#[tokio::test]
async fn names_and_syntax() {
    let (_world, engine) = world().await;
    check(
        raw("SELECT * FROM missing WHERE a = :v").bind("v", CANARY).all(&engine).await,
        expect![[r#"
        Syntax
        SyntaxError: the database has no table `missing`
          statement: SELECT * FROM missing WHERE a = ?
          hint: make it with `MetaData::create_all`, or check that the URL names the right database"#]],
    );
    check(
        raw("SELECT missing FROM people").all(&engine).await,
        expect![[r#"
        Syntax
        SyntaxError: the database has no column `missing` in the tables that the statement names
          statement: SELECT missing FROM people
          hint: look for a slip in its name; if the table is older than its declaration, add the column with ALTER TABLE"#]],
    );
    check(
        raw("SELEC 1").all(&engine).await,
        expect![[r#"
        Syntax
        SyntaxError: the server does not understand the statement
          statement: SELEC 1
          hint: the server says: You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server version for the right syntax to use near 'SELEC 1' at line 1"#]],
    );
    check(
        raw("SELECT missing(:v)").bind("v", CANARY).all(&engine).await,
        expect![[r#"
            Syntax
            SyntaxError: the database has no function or procedure `missing`
              statement: SELECT missing(?)
              hint: look for a slip in its name"#]],
    );
    check(
        raw("SELECT 1; SELECT 2").all(&engine).await,
        expect![[r#"
        Syntax
        SyntaxError: the server does not understand the statement
          statement: SELECT 1; SELECT 2
          hint: the server says: You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server version for the right syntax to use near 'SELECT 2' at line 1"#]],
    );
    let error = all().filter(NAME.eq("x".to_owned())).all(&engine).await;
    error.expect("the connections are whole");
}

#[tokio::test]
async fn a_file_of_this_machine_is_not_sent() {
    let (_world, engine) = world().await;
    let result = raw("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE pair").execute(&engine).await;
    let error = result.expect_err("no file");
    assert!(matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::Data { .. } | ErrorKind::Disconnected), "{error:?}");
    engine.execute(update().set(NAME, "x".to_owned()).filter(ID.eq(1))).await.expect("the next one has a whole connection");
}
