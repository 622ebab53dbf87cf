//! Values as a column of the server's own types holds them: read by type, and never converted in silence.

use aludel_engine::Engine;
use aludel_sql::{Error, ErrorKind, Row, Value, raw};
use expect_test::{Expect, expect};

use crate::world::{World, execute};

async fn row(engine: &Engine, sql: &'static str) -> Row {
    raw(sql).one(engine).await.expect(sql)
}

/// The values of the first row of a table.
#[track_caller]
fn check(row: &Row, expected: Expect) {
    let shown = |value: &Value<'_>| format!("{}: {value}", value.kind());
    expected.assert_eq(&row.values().iter().map(shown).collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
async fn integers() {
    let (_world, engine) = World::with_people().await;
    execute(&engine, "CREATE TABLE t (a TINYINT, b TINYINT UNSIGNED, c MEDIUMINT, d INT UNSIGNED, e BIGINT, f BIGINT UNSIGNED, g BIGINT UNSIGNED, h YEAR, i BIT(1), j BIT(12), k BIT(64), l BOOL)").await;
    execute(&engine, "INSERT INTO t VALUES (-128, 255, -8388608, 4294967295, -9223372036854775808, 9223372036854775807, 18446744073709551615, 2155, 1, 2049, 18446744073709551615, TRUE)").await;
    let found = row(&engine, "SELECT * FROM t").await;
    check(
        &found,
        expect![[r#"
        an integer: -128
        an integer: 255
        an integer: -8388608
        an integer: 4294967295
        an integer: -9223372036854775808
        an integer: 9223372036854775807
        a decimal number: 18446744073709551615
        an integer: 2155
        an integer: 1
        an integer: 2049
        bytes: X'FFFFFFFFFFFFFFFF'
        an integer: 1"#]],
    );
    let too_large: Result<i64, Error> = found.try_get("g");
    assert!(matches!(too_large.expect_err("it does not fit").kind(), ErrorKind::Data { .. }));
    assert!(found.get::<bool>("l"));
    let sums = row(&engine, "SELECT COUNT(*), SUM(e), SUM(a), MAX(d), AVG(a) FROM t").await;
    check(
        &sums,
        expect![[r#"
        an integer: 1
        a decimal number: -9223372036854775808
        a decimal number: -128
        an integer: 4294967295
        a decimal number: -128.0000"#]],
    );
}

#[tokio::test]
async fn numbers() {
    let (_world, engine) = World::with_people().await;
    execute(
        &engine,
        "CREATE TABLE t (a FLOAT, b DOUBLE, c DECIMAL(10, 3), d DECIMAL(65, 30), e DECIMAL(38, 0), f DECIMAL(65, 30), g NUMERIC(38, 38))",
    )
    .await;
    execute(&engine, "INSERT INTO t VALUES (0.1, -1.5e300, 1.5, 12.50, 99999999999999999999999999999999999999, 100, -0.00000000000000000000000000000000000001)").await;
    check(
        &row(&engine, "SELECT * FROM t").await,
        expect![[r#"
        a floating-point number: 0.10000000149011612
        a floating-point number: -1.5e300
        a decimal number: 1.500
        a decimal number: 12.5
        a decimal number: 99999999999999999999999999999999999999
        a decimal number: 100
        a decimal number: -0.00000000000000000000000000000000000001"#]],
    );
}

#[tokio::test]
async fn texts_and_bytes() {
    let (_world, engine) = World::with_people().await;
    execute(&engine, "CREATE TABLE t (a CHAR(5), b VARCHAR(20), c TEXT, d BINARY(3), e VARBINARY(9), f BLOB, g ENUM('x', 'y'), h SET('p', 'q', 'r'), i JSON, j POINT, k VARCHAR(9) CHARACTER SET latin1, l BINARY(16))").await;
    execute(&engine, "INSERT INTO t VALUES ('a', 'é😀', '', 'a', x'00ff', '', 'y', 'p,r', '{\"a\": [1]}', POINT(1, 2), 'é', x'00112233445566778899aabbccddeeff')").await;
    check(
        &row(&engine, "SELECT * FROM t").await,
        expect![[r#"
        text: 'a'
        text: 'é😀'
        text: ''
        bytes: X'610000'
        bytes: X'00FF'
        bytes: X''
        text: 'y'
        text: 'p,r'
        text: '{"a": [1]}'
        bytes: X'000000000101000000000000000000F03F0000000000000040'
        text: 'é'
        bytes: X'00112233445566778899AABBCCDDEEFF'"#]],
    );
    let found = raw("SELECT b FROM t WHERE b = :b AND f = :f AND l = :l")
        .bind("b", "é😀")
        .bind("f", Vec::<u8>::new())
        .bind("l", (0..16).map(|n| n * 17).collect::<Vec<u8>>());
    assert_eq!(found.one(&engine).await.expect("a row").get::<String>(0), "é😀");
}

#[tokio::test]
async fn dates_and_times() {
    let (_world, engine) = World::with_people().await;
    execute(&engine, "CREATE TABLE t (a DATE, b DATETIME, c DATETIME(6), d TIMESTAMP(6) NULL, e TIME, f TIME(6), g TIME, h TIME(3), i DATE, j DATETIME, k DATE)").await;
    let mut connection = engine.connect().await.expect("a connection");
    connection.execute(raw("SET sql_mode = 'ALLOW_INVALID_DATES'")).await.expect("to set");
    connection
        .execute(raw(
            "INSERT INTO t VALUES ('0001-01-01', '9999-12-31 23:59:59', '2024-02-29 12:30:00.000001', '2038-01-19 03:14:07.999999', \
        '00:00:00', '23:59:59.999999', '838:59:59', '-00:00:01.500', '0000-00-00', '0000-00-00 00:00:00', '2024-02-31')",
        ))
        .await
        .expect("to insert");
    check(
        &raw("SELECT * FROM t").one(&mut connection).await.expect("a row"),
        expect![[r#"
        a date: DATE '0001-01-01'
        a date and time: TIMESTAMP '9999-12-31T23:59:59'
        a date and time: TIMESTAMP '2024-02-29T12:30:00.000001'
        a timestamp: TIMESTAMP WITH TIME ZONE '2038-01-19T03:14:07.999999Z'
        a time of the day: TIME '00:00:00'
        a time of the day: TIME '23:59:59.999999'
        a duration: INTERVAL 'PT838H59M59S'
        a duration: INTERVAL '-PT1.5S'
        text: '0000-00-00'
        text: '0000-00-00 00:00:00'
        text: '2024-02-31'"#]],
    );
    drop(connection);
    let zero = raw("INSERT INTO t (a) VALUES ('0000-00-00')").execute(&engine).await.expect_err("no such day");
    assert!(matches!(zero.kind(), ErrorKind::Data { .. }), "{zero:?}");
}

#[tokio::test]
async fn nulls_and_expressions() {
    let (_world, engine) = World::with_people().await;
    let found = raw(
        "SELECT NULL, :a IS NULL, 1 = 1, 'x', x'ff', 1.5, 1e0, :b, NOW() > '2020-01-01', CAST(:c AS DATE), DATE_ADD(:d, INTERVAL 1 DAY)",
    )
    .bind("a", None::<i64>)
    .bind("b", "y")
    .bind("c", "2024-02-29")
    .bind("d", jiff::civil::date(2024, 2, 29).at(1, 2, 3, 4_000));
    check(
        &found.one(&engine).await.expect("a row"),
        expect![[r#"
        NULL: NULL
        an integer: 1
        an integer: 1
        text: 'x'
        bytes: X'FF'
        a decimal number: 1.5
        a floating-point number: 1.0
        text: 'y'
        an integer: 1
        a date: DATE '2024-02-29'
        a date and time: TIMESTAMP '2024-03-01T01:02:03.000004'"#]],
    );
}

#[tokio::test]
async fn another_type_than_asked_for_is_an_error() {
    let (_world, engine) = World::with_people().await;
    let one = "SELECT 'x' a, 1 b, 1.5 c, x'ff' d, 2 e, CAST('2024-01-01' AS DATE) f, 9007199254740993 g";
    let told = |error: Error| assert!(matches!(error.kind(), ErrorKind::Data { column: Some(_) }), "{error:?}");
    let found = row(&engine, one).await;
    told(found.try_get::<i64>("a").expect_err("text"));
    told(found.try_get::<String>("b").expect_err("a number"));
    told(found.try_get::<f64>("c").expect_err("a decimal number"));
    told(found.try_get::<String>("d").expect_err("bytes"));
    told(found.try_get::<bool>("e").expect_err("two"));
    told(found.try_get::<i64>("f").expect_err("a date"));
    told(found.try_get::<f64>("g").expect_err("not exactly"));
    let typed = raw("SELECT x'ff00'").all(&engine).await.expect("rows");
    assert_eq!(typed[0].get::<Vec<u8>>(0), [0xff, 0]);
    let too_much = "x".repeat(20 << 20);
    let error = raw("SELECT LENGTH(:v)").bind("v", too_much).all(&engine).await.expect_err("larger than a packet may be");
    assert!(matches!(error.kind(), ErrorKind::Data { .. } | ErrorKind::Disconnected), "{error:?}");
    assert_eq!(row(&engine, "SELECT 1").await.get::<i64>(0), 1);
}

/// What the text protocol returns is read by the same types; a statement that is not prepared takes it.
#[tokio::test]
async fn statements_that_are_not_prepared() {
    let (_world, engine) = World::with_people().await;
    for sql in [
        "LOCK TABLES people READ",
        "UNLOCK TABLES",
        "FLUSH TABLES",
        "CHECK TABLE people",
        "SHOW WARNINGS",
        "EXPLAIN SELECT * FROM people",
        "ANALYZE TABLE people",
        "HANDLER people OPEN",
    ] {
        raw(aludel_sql::RawSql::trusted(sql.to_owned())).all(&engine).await.expect(sql);
    }
}
