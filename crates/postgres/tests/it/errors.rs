//! What the database refuses, by kind and with its names; and never with a value.

use aludel_driver_suite::canary::{CANARY, NUMBER, check_silent};
use aludel_engine::Engine;
use aludel_sql::{Result, raw, select};
use expect_test::{Expect, expect};

use crate::people::{BOSS, EMAIL, ID, Many, People, all, insert, update};
use crate::world::World;

const SCHEMA: &str = "
    CREATE TABLE rules (a INTEGER PRIMARY KEY, b TEXT NOT NULL, c INTEGER CONSTRAINT positive CHECK (c > 0), d BIGINT, UNIQUE (b, c));
    CREATE UNIQUE INDEX lower_b ON rules (lower(b));
    CREATE TABLE rooms (span INT4RANGE, CONSTRAINT once EXCLUDE USING gist (span WITH &&));
    CREATE FUNCTION refuse() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no tweety-4711 here'; END $$;
    CREATE TRIGGER no_eve BEFORE INSERT ON people FOR EACH ROW WHEN (NEW.name LIKE 'eve%') EXECUTE FUNCTION refuse()";

async fn world() -> (World, Engine) {
    let (world, engine) = World::with_people().await;
    world.execute_outside(SCHEMA).await;
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
          statement: INSERT INTO people (name) VALUES ($1)
          hint: another row has this value: ask for it before inserting, or answer this error in an error handler, with 409 and a message"#]],
    );
    check(
        engine.execute(Many(vec!["x".into(), CANARY.into()], None)).await,
        expect![[r#"
        Integrity(Integrity { kind: Unique, constraint: Some("uq_people_name"), table: Some("people"), columns: ["name"] })
        IntegrityError: the unique constraint `uq_people_name` of table `people` on `name` is violated
          statement: INSERT INTO people (name) SELECT name FROM unnest($1::TEXT[]) WITH ORDINALITY AS rows (name, n) ORDER BY n
          hint: another row has this value: ask for it before inserting, or answer this error in an error handler, with 409 and a message"#]],
    );
    let clash = raw("INSERT INTO rules (a, b, c) VALUES (1, upper(:b), :c)").bind("b", CANARY).bind("c", 4711);
    clash.execute(&engine).await.expect("to insert");
    check(
        raw("INSERT INTO rules (a, b, c) VALUES (2, :b, 1)").bind("b", CANARY).execute(&engine).await,
        expect![[r#"
        Integrity(Integrity { kind: Unique, constraint: Some("lower_b"), table: Some("rules"), columns: [] })
        IntegrityError: the unique constraint `lower_b` of table `rules` is violated
          statement: INSERT INTO rules (a, b, c) VALUES (2, $1, 1)
          hint: another row has this value: ask for it before inserting, or answer this error in an error handler, with 409 and a message"#]],
    );
    check(
        raw("INSERT INTO rules (a, b, c) VALUES (1, 'b', 1)").execute(&engine).await,
        expect![[r#"
        Integrity(Integrity { kind: PrimaryKey, constraint: Some("rules_pkey"), table: Some("rules"), columns: ["a"] })
        IntegrityError: the primary key constraint `rules_pkey` of table `rules` on `a` is violated
          statement: INSERT INTO rules (a, b, c) VALUES (1, 'b', 1)
          hint: another row has this key: let the database assign it, or load and change that row"#]],
    );
    engine.execute(insert("bob").set(ID, NUMBER)).await.expect("to insert");
    check(
        engine.execute(insert("joe").set(ID, NUMBER)).await,
        expect![[r#"
        Integrity(Integrity { kind: PrimaryKey, constraint: Some("pk_people"), table: Some("people"), columns: ["id"] })
        IntegrityError: the primary key constraint `pk_people` of table `people` on `id` is violated
          statement: INSERT INTO people (name, id) VALUES ($1, $2)
          hint: another row has this key: let the database assign it, or load and change that row"#]],
    );
}

#[tokio::test]
async fn the_other_constraints() {
    let (_world, engine) = world().await;
    check(
        raw("INSERT INTO rules (a, b, d) VALUES (1, NULL, :d)").bind("d", NUMBER).execute(&engine).await,
        expect![[r#"
        Integrity(Integrity { kind: NotNull, constraint: None, table: Some("rules"), columns: ["b"] })
        IntegrityError: the not null constraint of table `rules` on `b` is violated
          statement: INSERT INTO rules (a, b, d) VALUES (1, NULL, $1)
          hint: give the column a value, or declare it as an `Option`; a table that is older than its declaration may demand more"#]],
    );
    check(
        raw("INSERT INTO rules (a, b, c) VALUES (1, :b, :c)").bind("b", CANARY).bind("c", -4711).execute(&engine).await,
        expect![[r#"
            Integrity(Integrity { kind: Check, constraint: Some("positive"), table: Some("rules"), columns: [] })
            IntegrityError: the check constraint `positive` of table `rules` is violated
              statement: INSERT INTO rules (a, b, c) VALUES (1, $1, $2)
              hint: the database refuses the value: check it before, or answer this error in an error handler"#]],
    );
    let clash = raw("INSERT INTO rooms VALUES (int4range(:a, :b))").bind("a", 4711).bind("b", 4712);
    clash.execute(&engine).await.expect("to insert");
    check(
        clash.execute(&engine).await,
        expect![[r#"
        Integrity(Integrity { kind: Exclusion, constraint: Some("once"), table: Some("rooms"), columns: ["span"] })
        IntegrityError: the exclusion constraint `once` of table `rooms` on `span` is violated
          statement: INSERT INTO rooms VALUES (int4range($1, $2))
          hint: another row is in the way: look for it before inserting, or answer this error in an error handler, with 409 and a message"#]],
    );
    check(
        engine.execute(insert(CANARY).set(BOSS, NUMBER)).await,
        expect![[r#"
        Integrity(Integrity { kind: ForeignKey, constraint: Some("fk_people_boss_id_people"), table: Some("people"), columns: ["boss_id"] })
        IntegrityError: the foreign key constraint `fk_people_boss_id_people` of table `people` on `boss_id` is violated
          statement: INSERT INTO people (name, boss_id) VALUES ($1, $2)
          hint: the row that is referred to is not there, or other rows refer to the one that goes: insert parents first, delete children first"#]],
    );
    engine.execute(insert("boss").set(ID, NUMBER)).await.expect("to insert");
    engine.execute(insert("bob").set(BOSS, NUMBER)).await.expect("to insert");
    check(
        raw("DELETE FROM people WHERE id = :id").bind("id", NUMBER).execute(&engine).await,
        expect![[r#"
            Integrity(Integrity { kind: ForeignKey, constraint: Some("fk_people_boss_id_people"), table: Some("people"), columns: ["boss_id"] })
            IntegrityError: the foreign key constraint `fk_people_boss_id_people` of table `people` on `boss_id` is violated
              statement: DELETE FROM people WHERE id = $1
              hint: other rows still point at what would be deleted or changed: delete them first, or let them point elsewhere"#]],
    );
    check(
        engine.execute(insert("eve-tweety-4711")).await,
        expect![[r#"
        Data { column: None }
        DataError: a function or a trigger of the database refused the change
          statement: INSERT INTO people (name) VALUES ($1)
          hint: what it says is the `detail` of this error"#]],
    );
}

#[tokio::test]
async fn values_that_the_server_refuses() {
    let (_world, engine) = world().await;
    check(
        raw("SELECT 1 / (:it - 1)").bind("it", 1).one(&engine).await,
        expect![[r#"
            Data { column: None }
            DataError: a division by zero
              statement: SELECT 1 / ($1 - 1)
              hint: PostgreSQL's own words, which may quote a value, are the `detail` of this error"#]],
    );
    check(
        raw("SELECT CAST(CAST(:it AS TEXT) AS INTEGER)").bind("it", CANARY).one(&engine).await,
        expect![[r#"
        Data { column: None }
        DataError: a value is not written as its type demands
          statement: SELECT CAST(CAST($1 AS TEXT) AS INTEGER)
          hint: PostgreSQL's own words, which may quote a value, are the `detail` of this error"#]],
    );
    check(
        raw("SELECT CAST(:it AS BIGINT) * 9223372036854775807").bind("it", NUMBER).one(&engine).await,
        expect![[r#"
        Data { column: None }
        DataError: a number is out of range for its type
          statement: SELECT CAST($1 AS BIGINT) * 9223372036854775807
          hint: PostgreSQL's own words, which may quote a value, are the `detail` of this error"#]],
    );
    check(
        raw("UPDATE people SET name = repeat(:it, 9)")
            .bind("it", CANARY)
            .execute(&engine)
            .await
            .and(raw("INSERT INTO people (name) VALUES (repeat(:it, 9))").bind("it", CANARY).execute(&engine).await),
        expect![[r#"
            Data { column: None }
            DataError: a text is longer than its column allows
              statement: UPDATE people SET name = repeat($1, 9)
              hint: PostgreSQL's own words, which may quote a value, are the `detail` of this error"#]],
    );
    check(
        raw("SELECT CAST(CAST(:it AS TEXT) AS DATE)").bind("it", CANARY).one(&engine).await,
        expect![[r#"
        Data { column: None }
        DataError: a date or a time is none, or out of range
          statement: SELECT CAST(CAST($1 AS TEXT) AS DATE)
          hint: PostgreSQL's own words, which may quote a value, are the `detail` of this error"#]],
    );
}

#[tokio::test]
async fn statements_that_are_not_understood() {
    let (_world, engine) = world().await;
    check(
        raw("SELEC 1").one(&engine).await,
        expect![[r#"
        Syntax
        SyntaxError: PostgreSQL does not understand the statement
          statement: SELEC 1
          hint: PostgreSQL's own words are the `detail` of this error"#]],
    );
    check(
        raw("SELECT * FROM nobody WHERE a = :a").bind("a", CANARY).all(&engine).await,
        expect![[r#"
        Syntax
        SyntaxError: the database has no table `nobody`
          statement: SELECT * FROM nobody WHERE a = $1
          hint: make it with `MetaData::create_all`, or check the URL's database and the `search_path`"#]],
    );
    check(
        raw("SELECT nothing FROM people").all(&engine).await,
        expect![[r#"
        Syntax
        SyntaxError: the database has no column `nothing` in the table that the statement names
          statement: SELECT nothing FROM people
          hint: look for a slip in its name; if the table is older than its declaration, add the column with ALTER TABLE"#]],
    );
    check(
        raw("SELECT p.nothing FROM people AS p").all(&engine).await,
        expect![[r#"
        Syntax
        SyntaxError: the database has no column `p.nothing` in the table that the statement names
          statement: SELECT p.nothing FROM people AS p
          hint: look for a slip in its name; if the table is older than its declaration, add the column with ALTER TABLE"#]],
    );
    check(
        raw("INSERT INTO people (nothing) VALUES (1)").execute(&engine).await,
        expect![[r#"
        Syntax
        SyntaxError: the database has no column `nothing` in the table that the statement names
          statement: INSERT INTO people (nothing) VALUES (1)
          hint: look for a slip in its name; if the table is older than its declaration, add the column with ALTER TABLE"#]],
    );
    check(
        raw("SELECT nothing(1)").all(&engine).await,
        expect![[r#"
        Syntax
        SyntaxError: the database has no function or operator for these types
          statement: SELECT nothing(1)
          hint: PostgreSQL's own words are the `detail` of this error; a bound value gets the type that its place demands: write `CAST(:name AS BIGINT)` where that is another one"#]],
    );
    check(
        raw("SELECT 1; SELECT 2").all(&engine).await,
        expect![[r#"
        Syntax
        SyntaxError: the text holds more than one statement
          statement: SELECT 1; SELECT 2
          hint: run them one by one"#]],
    );
    check(
        raw(" -- nothing").all(&engine).await,
        expect![[r#"
        Syntax
        SyntaxError: the statement is empty
          statement:  -- nothing"#]],
    );
    check(
        raw("COPY people FROM STDIN").execute(&engine).await,
        expect![[r#"
        Unsupported
        UnsupportedError: a raw COPY has nobody who hands it rows, or takes them
          statement: COPY people FROM STDIN
          hint: `CopyIn` and `CopyOut` of the driver do; models are inserted by `bulk_insert`; COPY from and to a file of the server works"#]],
    );
    check(
        raw("SELECT $1 + :a").bind("a", 1).all(&engine).await,
        expect![[r#"
        Syntax
        SyntaxError: PostgreSQL does not understand the statement
          statement: SELECT $1 + $1
          hint: PostgreSQL's own words are the `detail` of this error"#]],
    );
    check(
        raw("COMMIT PREPARED 'x'").execute(&engine).await,
        expect![[r#"
        Syntax
        SyntaxError: PostgreSQL does not understand the statement
          statement: COMMIT PREPARED 'x'
          hint: PostgreSQL's own words are the `detail` of this error"#]],
    );
    check(
        raw("CREATE TABLE people (a INT)").execute(&engine).await,
        expect![[r#"
        Syntax
        SyntaxError: something of the name `people` is there already
          statement: CREATE TABLE people (a INT)
          hint: PostgreSQL's own words are the `detail` of this error"#]],
    );
    check(
        raw("SAVEPOINT a").execute(&engine).await,
        expect![[r#"
        Usage
        UsageError: the statement is out of place here: it does not go with the transaction, or with the lack of one
          statement: SAVEPOINT a
          hint: `begin`, `commit` and `rollback` keep track of transactions; what the server says is the `detail` of this error"#]],
    );
    assert_eq!(raw("SELECT 1::int8").one(&engine).await.expect("the row").get::<i64>(0), 1);
}

#[tokio::test]
async fn fields_that_do_not_fit() {
    let (_world, engine) = world().await;
    engine.execute(insert(CANARY)).await.expect("to insert");
    let wrong: aludel_sql::Column<People, i64> = aludel_sql::Column::new(&crate::people::TABLE, 1);
    check(
        select(wrong).all(&engine).await,
        expect![[r#"
        Data { column: Some("name") }
        DataError: column `name` holds text where an integer is expected
          statement: SELECT name FROM people"#]],
    );
    let null: aludel_sql::Column<People, String> = aludel_sql::Column::new(&crate::people::TABLE, 2);
    check(
        select(null).all(&engine).await,
        expect![[r#"
        Data { column: Some("email") }
        DataError: column `email` is NULL, but its field has no place for that
          statement: SELECT email FROM people
          hint: declare the field as `Option<..>`, or make the column NOT NULL"#]],
    );
    check(
        raw("SELECT '10.0.0.1'::inet AS place").one(&engine).await.and_then(|row| row.try_get::<i64>("place")),
        expect![[r#"
        Data { column: Some("place") }
        DataError: column `place` holds text where an integer is expected"#]],
    );
    assert_eq!(engine.execute(update().set(EMAIL, Some("x".to_owned()))).await.expect("to update"), 1);
    assert_eq!(all().all(&engine).await.expect("the rows").len(), 1);
}
