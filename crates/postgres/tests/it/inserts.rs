//! INSERTs of many rows: one text, an array for each column, and the order of the rows kept.

use std::any::Any;
use std::sync::Arc;

use aludel_engine::Begin;
use aludel_sql::ast::{InsertTree, Output, Statement, Values};
use aludel_sql::{ColumnDef, Discard, Executable, MetaData, Select, Shape, Sink, Table, TableRef, Type, Value, raw};
use expect_test::expect;
use jiff::SignedDuration;
use jiff::civil::date;

use crate::people::{Many, TABLE, id_and_name};
use crate::world::World;

#[tokio::test]
async fn many_rows_keep_their_order() {
    let (world, engine) = World::with_people().await;
    let names: Vec<_> = (0..3000).map(|nth| format!("name {}", (nth * 7919) % 3000)).collect();
    let mut connection = engine.connect().await.expect("a connection");
    let mut rows = aludel_sql::Collect::<(i64, String), aludel_sql::Plain>::all();
    let statement = Many(names.clone(), id_and_name()).into_statement();
    let outcome = connection.run_with(&statement, &mut rows, &mut ()).await.expect("to insert");
    assert_eq!((outcome.affected, world.count().await), (3000, 3000));
    assert_eq!(rows.rows.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>(), names);
    assert!(rows.rows.is_sorted_by_key(|(id, _)| *id), "the keys follow the rows");
}

static COLUMNS: [ColumnDef; 12] = [
    ColumnDef::new("n", Type::BigInt).nullable(true),
    ColumnDef::new("order", Type::SmallInt).nullable(true),
    ColumnDef::new("text", Type::Text).nullable(true).length(5),
    ColumnDef::new("truth", Type::Bool).nullable(true),
    ColumnDef::new("double", Type::Double).nullable(true),
    ColumnDef::new("bytes", Type::Bytes).nullable(true),
    ColumnDef::new("digits", Type::Decimal).nullable(true),
    ColumnDef::new("uuid", Type::Uuid).nullable(true),
    ColumnDef::new("day", Type::Date).nullable(true),
    ColumnDef::new("moment", Type::Timestamp).nullable(true),
    ColumnDef::new("span", Type::Duration).nullable(true),
    ColumnDef::new("json", Type::Json).nullable(true),
];
static ALL: Table = Table::new("all", &COLUMNS);

struct Rows(&'static Table, Vec<Value<'static>>);

impl Executable for Rows {
    fn into_statement(self) -> Statement {
        let columns: Vec<_> = (0..u16::try_from(self.0.columns.len()).expect("few columns")).collect();
        let (table, rows) = (TableRef::Static(self.0), self.1.len() / columns.len());
        let returning = Some(Output::All(table.clone()));
        Statement::Insert(Arc::new(InsertTree { table, columns, rows, values: Values::Plain(self.1), returning }))
    }
}

#[tokio::test]
async fn every_type() {
    let world = World::new().await;
    let engine = world.engine();
    MetaData::of([&ALL]).create_all(&engine).await.expect("the table");
    let row = |n: i64| {
        vec![
            Value::Int(n),
            Value::Int(2),
            Value::Text("äöüßé".into()),
            Value::Bool(true),
            Value::Float(0.1),
            Value::Bytes(vec![0, 1].into()),
            Value::Decimal("1.50".into()),
            Value::Uuid([7; 16]),
            Value::Date(date(2024, 2, 29)),
            Value::Timestamp("2024-02-29T01:02:03.000004Z".parse().expect("a moment")),
            Value::Duration(SignedDuration::from_micros(5)),
            Value::Json("{}".into()),
        ]
    };
    let values: Vec<_> = [row(1), vec![Value::Null; 12], row(3)].concat();
    let statement = Rows(&ALL, values.clone()).into_statement();
    expect![[r#"INSERT INTO "all" (n, "order", text, truth, double, bytes, digits, uuid, day, moment, span, json) SELECT n, "order", text, truth, double, bytes, digits, uuid, day, moment, span, json FROM unnest($1::BIGINT[], $2::SMALLINT[], $3::TEXT[], $4::BOOLEAN[], $5::DOUBLE PRECISION[], $6::BYTEA[], $7::NUMERIC[], $8::UUID[], $9::DATE[], $10::TIMESTAMPTZ[], $11::INTERVAL[], $12::JSONB[]) WITH ORDINALITY AS rows (n, "order", text, truth, double, bytes, digits, uuid, day, moment, span, json, nn) ORDER BY nn RETURNING n, "order", text, truth, double, bytes, digits, uuid, day, moment, span, json"#]].assert_eq(&format!("{}", statement.to_sql(&aludel_sql::Postgres)));
    let mut connection = engine.connect().await.expect("a connection");
    let mut rows = aludel_sql::Collect::<aludel_sql::Row, aludel_sql::Plain>::all();
    connection.run_with(&statement, &mut rows, &mut ()).await.expect("to insert");
    assert_eq!(rows.rows.iter().flat_map(|row| row.values().to_vec()).collect::<Vec<_>>(), values);
    assert_eq!(Select::<aludel_sql::Row>::from_table(TableRef::Static(&ALL)).all(&engine).await.expect("the rows").len(), 3);
}

static LISTS: [ColumnDef; 2] = [ColumnDef::new("a", Type::BigInt), ColumnDef::new("b", Type::Array(&Type::Text))];
static WITH_LISTS: Table = Table::new("lists", &LISTS);

#[tokio::test]
async fn a_column_of_arrays_goes_row_by_row() {
    let world = World::new().await;
    let engine = world.engine();
    MetaData::of([&WITH_LISTS]).create_all(&engine).await.expect("the table");
    let list = Value::Array(vec![Value::Text("a".into())].into());
    let rows = Rows(&WITH_LISTS, vec![Value::Int(1), list.clone(), Value::Int(2), list]);
    assert_eq!(engine.execute(rows).await.expect("to insert"), 2);
}

#[test]
fn one_key_and_one_text_for_any_number_of_rows() {
    let key = |names: usize| {
        let statement = Many((0..names).map(|nth| nth.to_string()).collect(), None).into_statement();
        let shape = Shape::of(&statement, &aludel_sql::Postgres).expect("a shape");
        assert_eq!(shape.binds().len(), names);
        (shape.key(), statement.to_sql(&aludel_sql::Postgres).to_string())
    };
    assert_eq!(key(2), key(3));
    assert_eq!(key(2), key(100_000));
    assert_ne!(key(1).0, key(2).0);
    expect!["INSERT INTO people (name) SELECT name FROM unnest($1::TEXT[]) WITH ORDINALITY AS rows (name, n) ORDER BY n"]
        .assert_eq(&key(2).1);
    assert_eq!(TABLE.name, "people");
    assert_eq!(raw("SELECT 1").into_statement(), raw("SELECT 1").into_statement());
}

/// As a flush does it: one statement, run again and again, in one exchange.
#[tokio::test]
async fn a_repeated_statement_is_pipelined() {
    let (world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    connection.start(Begin::default()).await.expect("to begin");
    let statement = crate::people::insert("x").into_statement();
    let binds: Vec<_> = (0..1000).map(|nth| Value::Text(format!("n{nth}").into())).collect();
    let (mut rows, mut none) = (Discard, ());
    let outcome =
        connection.run_each(&statement, &binds, 1000, &mut (&mut rows as &mut dyn Sink, &mut none as &mut (dyn Any + Send))).await;
    assert_eq!(outcome.expect("to insert").affected, 1000);
    connection.commit().await.expect("to commit");
    assert_eq!(world.count().await, 1000);
    // Outside of a transaction all or none.
    let binds: Vec<_> = ["new", "other", "n500"].map(|name| Value::Text(name.into())).to_vec();
    let error = connection.run_each(&statement, &binds, 3, &mut (&mut rows as &mut dyn Sink, &mut none as &mut (dyn Any + Send))).await;
    assert!(error.expect_err("n500 is there").as_integrity().is_some());
    assert!(!connection.is_open() || connection.rollback().await.is_ok());
    assert_eq!(world.count().await, 1000);
}
