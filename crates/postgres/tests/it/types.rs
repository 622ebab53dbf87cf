//! What goes in comes out equal, at the edges too; or it is refused by its kind.

use aludel_engine::Engine;
use aludel_sql::{Error, Value, raw};
use expect_test::{Expect, expect};
use jiff::SignedDuration;
use jiff::civil::{date, time};

use crate::world::{World, rows, with_value};

fn array(values: impl IntoIterator<Item = Value<'static>>) -> Value<'static> {
    Value::Array(values.into_iter().collect())
}

fn text(text: &str) -> Value<'static> {
    Value::Text(text.to_owned().into())
}

fn decimal(digits: &str) -> Value<'static> {
    Value::Decimal(digits.to_owned().into())
}

/// The type of a column, and values that it keeps.
fn kept() -> Vec<(&'static str, Vec<Value<'static>>)> {
    use Value::{Bool, Bytes, Date, DateTime, Duration, Float, Int, Json, Null, Time, Timestamp, Uuid};
    let long = "ä".repeat(500_000);
    vec![
        ("BOOLEAN", vec![Bool(true), Bool(false), Null]),
        ("SMALLINT", vec![Int(i16::MIN.into()), Int(i16::MAX.into()), Int(0)]),
        ("INTEGER", vec![Int(i32::MIN.into()), Int(i32::MAX.into())]),
        ("BIGINT", vec![Int(i64::MIN), Int(i64::MAX), Int(-1)]),
        ("OID", vec![Int(0), Int(u32::MAX.into())]),
        ("REAL", vec![Float(0.5), Float(f32::MAX.into()), Float(f64::INFINITY), Float(f64::NAN), Float(-0.0)]),
        ("DOUBLE PRECISION", vec![Float(f64::MIN_POSITIVE), Float(f64::MAX), Float(f64::NEG_INFINITY), Float(f64::NAN), Float(0.1)]),
        (
            "NUMERIC",
            vec![
                decimal("12345678901234567890123456789012345678"),
                decimal("-0.00000000000000000001"),
                decimal("NaN"),
                decimal("0"),
                decimal("1.50"),
                decimal("Infinity"),
            ],
        ),
        ("NUMERIC(38, 10)", vec![decimal("1234567890123456789012345678.0123456789"), decimal("-1.0000000000")]),
        ("TEXT", vec![text(""), text("ü\"'\\ \n\t😀"), text(&long), Null]),
        ("VARCHAR(3)", vec![text("abc"), text("äöü")]),
        ("CHAR(3)", vec![text("abc")]),
        ("NAME", vec![text("abc")]),
        ("mood", vec![text("so so"), Null]),
        ("positive", vec![Int(1)]),
        ("BYTEA", vec![Bytes(vec![].into()), Bytes(vec![0, 255, 1].into()), Bytes(vec![7; 1 << 20].into())]),
        ("UUID", vec![Uuid([0; 16]), Uuid([255; 16]), Uuid(*b"0123456789abcdef")]),
        ("DATE", vec![Date(date(1, 1, 1)), Date(date(9999, 12, 31)), Date(date(2000, 2, 29)), Date(date(1969, 12, 31))]),
        ("TIME", vec![Time(time(0, 0, 0, 0)), Time(time(23, 59, 59, 999_999_000))]),
        (
            "TIMESTAMP",
            vec![
                DateTime(date(1, 1, 1).at(0, 0, 0, 0)),
                DateTime(date(9999, 12, 31).at(23, 59, 59, 999_999_000)),
                DateTime(date(1999, 12, 31).at(23, 59, 59, 1_000)),
            ],
        ),
        (
            "TIMESTAMPTZ",
            ["0001-01-01T00:00:00Z", "9999-12-30T22:00:00.999999Z", "1969-12-31T23:59:59.999999Z"]
                .map(|moment| Timestamp(moment.parse().expect("a moment")))
                .to_vec(),
        ),
        (
            "INTERVAL",
            vec![
                Duration(SignedDuration::ZERO),
                Duration(SignedDuration::from_micros(i64::MAX)),
                Duration(SignedDuration::from_micros(-1)),
                Duration(SignedDuration::from_micros(i64::MIN)),
            ],
        ),
        ("JSON", vec![Json(r#"{"b": [1, null, {"a":  "ü"}], "b": 2}"#.into())]),
        ("JSONB", vec![Json(r#"{"a": [1, null, {"b": "ü"}]}"#.into()), Json("null".into())]),
        ("BIGINT[]", vec![array([]), array([Int(1), Null, Int(i64::MAX)]), array([array([Int(1), Int(2)]), array([Int(3), Null])])]),
        ("TEXT[]", vec![array([text(""), text("a,b"), text("\"{}"), Null, text("NULL")])]),
        ("NUMERIC[]", vec![array([decimal("1.5"), decimal("NaN")])]),
        ("DATE[]", vec![array([Date(date(2024, 2, 29))])]),
        ("JSONB[]", vec![array([Json("[1]".into())])]),
        ("mood[]", vec![array([text("so so"), text("fine")])]),
    ]
}

async fn world() -> (World, Engine) {
    let world = World::new().await;
    world.execute_outside("CREATE TYPE mood AS ENUM ('so so', 'fine'); CREATE DOMAIN positive AS INTEGER CHECK (VALUE > 0)").await;
    let engine = world.engine();
    (world, engine)
}

#[tokio::test]
async fn what_goes_in_comes_out() {
    let (world, engine) = world().await;
    for (nth, (ty, values)) in kept().into_iter().enumerate() {
        world.execute_outside(&format!("CREATE TABLE kept_{nth} (id INTEGER GENERATED ALWAYS AS IDENTITY, it {ty})")).await;
        for value in values {
            let statement = with_value(&format!("INSERT INTO kept_{nth} (it) VALUES (:it) RETURNING it"), value.clone());
            let found = rows(&engine, &statement).await.expect(ty);
            assert!(found[0].values()[0].is_same(&value), "{ty}: {:?} instead of {value:?}", found[0].values()[0]);
        }
    }
}

#[tokio::test]
async fn fields_are_read_by_their_types() {
    let (_world, engine) = world().await;
    let row = raw(
        "SELECT 1::int2, 2::int4, 3::int8, 1.5::float4, 2.5::float8, 7::int4, true, 'a'::text, 'b'::varchar, 'so so'::mood, '\\x00ff'::bytea, NULL::int8",
    );
    let row = row.one(&engine).await.expect("the row");
    let ints: (i16, i32, i64) = (row.get(0), row.get(1), row.get(2));
    let floats: (f32, f64, f64) = (row.get(3), row.get(4), row.get(5));
    let (truth, texts): (bool, [String; 3]) = (row.get(6), [row.get(7), row.get(8), row.get(9)]);
    let (bytes, none): (Vec<u8>, Option<i64>) = (row.get(10), row.get(11));
    assert_eq!((ints, floats, truth), ((1, 2, 3), (1.5, 2.5, 7.0), true));
    assert_eq!((texts, bytes, none), (["a", "b", "so so"].map(str::to_owned), vec![0, 255], None));
}

#[tokio::test]
async fn what_has_no_value_of_ours_is_its_text() {
    let (_world, engine) = world().await;
    for expression in [
        "'infinity'::date",
        "'-infinity'::timestamp",
        "'infinity'::timestamptz",
        "'0044-03-15 BC'::date",
        "'12345-06-07'::date",
        "'0044-03-15 BC 12:30:00.5'::timestamp",
        "'24:00'::time",
        "'12:34:56.5+05:30'::timetz",
        "'12:00-08'::timetz",
        "'192.168.0.1'::inet",
        "'192.168.0.0/24'::cidr",
        "'::1/64'::inet",
        "'08:00:2b:01:02:03'::macaddr",
        "'08:00:2b:01:02:03:04:05'::macaddr8",
        "B'10110'",
        "'16/B374D848'::pg_lsn",
        "'(1,2.5)'::point",
        "'[(1,2),(3,4)]'::lseg",
        "'((1,2),(3,4))'::path",
        "'[(1,2),(3,4)]'::path",
        "'((1,2),(3,4),(5,6))'::polygon",
        "'<(1,2),3>'::circle",
        "'(3,4),(1,2)'::box",
        "'{1,2,3}'::line",
        "'a:1A fat:2 cat'::tsvector",
        "'[1,5)'::int4range",
        "'empty'::int4range",
        "'(,5)'::int4range",
        "'[1.5,2.5]'::numrange",
        "'[2024-01-01,2024-02-01)'::daterange",
        "'[\"2024-01-01 00:00:00\",)'::tsrange",
        "'{[1,3),[5,7)}'::int4multirange",
        "'<a/>'::xml",
        "'1 year 2 mons 3 days 04:05:06.5'::interval",
        "'-1 mons'::interval",
        "'1 mon 10:00:00'::interval",
        "'a'::\"char\"",
        "'(0,1)'::tid",
    ] {
        let sql: &'static str = format!("SELECT {expression} AS it, format('%s', {expression}) AS as_text").leak();
        let row = raw(sql).one(&engine).await.expect(expression);
        let (it, shown) = (&row.values()[0], &row.values()[1]);
        let shown = match shown {
            // Microseconds have six digits here.
            Value::Text(text) if expression.contains("tsrange") => text.replace(":00\"", ":00.000000\""),
            Value::Text(text) => text.to_string(),
            _ => String::new(),
        };
        assert_eq!(*it, text(&shown), "{expression}");
    }
    let row = raw("SELECT '12.34'::money, 'b'::regtype::oid, ROW(1, 'a'), '3 days 1 hour'::interval").one(&engine).await;
    assert!(row.is_err(), "`b` is no type");
    let row = raw("SELECT ROW(1, 'a'), '3 days 1 hour'::interval").one(&engine).await.expect("the row");
    assert!(matches!(row.values()[0], Value::Bytes(_)));
    assert_eq!(row.values()[1], Value::Duration(SignedDuration::from_hours(73)));
}

#[tokio::test]
async fn text_is_read_by_the_server_where_it_has_no_value_of_ours() {
    let (_world, engine) = world().await;
    let sql = raw(
        "SELECT CAST(:a AS inet) = '::1', CAST(:b AS int4range) @> 3, CAST(:c AS uuid) IS NOT NULL, CAST(:d AS date) > '2000-01-01', CAST(:e AS interval) > '0', CAST(:f AS numeric) = 1.5",
    );
    let row = sql
        .bind("a", "::1")
        .bind("b", "[1,5)")
        .bind("c", "00000000-0000-0000-0000-000000000000")
        .bind("d", "2024-02-29")
        .bind("e", "1 year")
        .bind("f", "1.5");
    assert_eq!(row.one(&engine).await.expect("the row").values(), vec![Value::Bool(true); 6]);
    let error = raw("SELECT CAST(:a AS uuid)").bind("a", "tweety").one(&engine).await.expect_err("no UUID");
    assert_eq!(*error.kind(), aludel_sql::ErrorKind::Data { column: None });
    assert!(!format!("{error:?}").contains("tweety"));
}

async fn refused(engine: &Engine, sql: &'static str, value: Value<'static>) -> Error {
    let error = rows(engine, &with_value(sql, value)).await.expect_err(sql);
    assert!(!format!("{error:?}").contains("4711"), "{error:?}");
    error
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    let (_world, engine) = world().await;
    let check = async |sql, value, expected: Expect| {
        let error = refused(&engine, sql, value).await;
        expected.assert_eq(&format!("{:?}\n{error:?}", error.kind()));
    };
    check(
        "SELECT CAST(:it AS SMALLINT)",
        Value::Int(471_100_815),
        expect![[r#"
        Data { column: None }
        DataError: an integer is bound that is out of range for `int2`
          statement: SELECT CAST($1 AS SMALLINT)
          hint: check the number first, or write `CAST(:name AS BIGINT)` in raw SQL where a larger one is meant"#]],
    )
    .await;
    check(
        "SELECT CAST(:it AS INTEGER)",
        text("4711"),
        expect![[r#"
        Data { column: None }
        DataError: text is bound where PostgreSQL expects `int4`
          statement: SELECT CAST($1 AS INTEGER)
          hint: bind a value of the column's type, or write `CAST(:name AS TEXT)` in raw SQL, so that the database converts it"#]],
    )
    .await;
    check(
        "SELECT :it",
        Value::Int(4711),
        expect![[r#"
        Data { column: None }
        DataError: an integer is bound where PostgreSQL expects `text`
          statement: SELECT $1
          hint: bind a value of the column's type, or write `CAST(:name AS BIGINT)` in raw SQL, so that the database converts it"#]],
    )
    .await;
    check(
        "SELECT CAST(:it AS TIMESTAMPTZ)",
        Value::DateTime(date(4711, 1, 1).at(0, 0, 0, 0)),
        expect![[r#"
        Data { column: None }
        DataError: a date and time is bound where PostgreSQL expects `timestamptz`
          statement: SELECT CAST($1 AS TIMESTAMPTZ)
          hint: bind a value of the column's type, or write `CAST(:name AS TIMESTAMP)` in raw SQL, so that the database converts it"#]],
    )
    .await;
    check(
        "SELECT CAST(:it AS REAL)",
        Value::Float(4.711e300),
        expect![[r#"
        Data { column: None }
        DataError: a floating-point number is bound that is out of range for `float4`
          statement: SELECT CAST($1 AS REAL)
          hint: check the number first, or write `CAST(:name AS DOUBLE PRECISION)` in raw SQL where a larger one is meant"#]],
    )
    .await;
    check(
        "SELECT CAST(:it AS BIGINT[])",
        array([Value::Int(4711), text("4711")]),
        expect![[r#"
            Data { column: None }
            DataError: an array is bound where PostgreSQL expects `int8[]`
              statement: SELECT CAST($1 AS BIGINT[])
              hint: all values of an array are of the type of its column; parts of one are equally long"#]],
    )
    .await;
    check(
        "SELECT CAST(:it AS BIGINT[])",
        array([array([Value::Int(4711)]), array([])]),
        expect![[r#"
            Data { column: None }
            DataError: an array is bound that is too large, or whose parts are not equally long
              statement: SELECT CAST($1 AS BIGINT[])
              hint: all values of an array are of the type of its column; parts of one are equally long"#]],
    )
    .await;
    // The connection is there as before.
    assert_eq!(raw("SELECT 1::int8").one(&engine).await.expect("the row").get::<i64>(0), 1);
}
