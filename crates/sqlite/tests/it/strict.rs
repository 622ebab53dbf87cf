//! Tables that hold nothing but what their columns say.

use aludel_engine::Engine;
use aludel_sql::{ColumnDef, ErrorKind, MetaData, Table, Type, raw};
use aludel_sqlite::Sqlite;
use expect_test::expect;

use crate::people::{TABLE, all, insert};
use crate::world::{World, shown};

static COLUMNS: [ColumnDef; 10] = [
    ColumnDef::new("id", Type::BigInt).primary_key(),
    ColumnDef::new("small", Type::SmallInt),
    ColumnDef::new("yes", Type::Bool),
    ColumnDef::new("half", Type::Real),
    ColumnDef::new("name", Type::Text).length(20),
    ColumnDef::new("bytes", Type::Bytes),
    ColumnDef::new("price", Type::Decimal).precision(10, 2),
    ColumnDef::new("day", Type::Date),
    ColumnDef::new("wait", Type::Duration),
    ColumnDef::new("json", Type::Json),
];
static THINGS: Table = Table::new("things", &COLUMNS);

fn strict(world: &World) -> Engine {
    Engine::on(Sqlite::from_url(&format!("sqlite:///{}?strict=on", world.file().display())).expect("a URL"))
}

#[tokio::test]
async fn the_names_of_types_are_those_that_sqlite_allows() {
    let world = World::new();
    let engine = strict(&world);
    MetaData::of([&THINGS]).create_all(&engine).await.expect("SQLite takes the types");
    let sql: String = raw("SELECT sql FROM sqlite_schema WHERE name = 'things'").one(&engine).await.expect("the table").get(0);
    expect!["CREATE TABLE things (id INTEGER NOT NULL, small INT NOT NULL, yes INT NOT NULL, half REAL NOT NULL, name TEXT NOT NULL, bytes BLOB NOT NULL, price TEXT NOT NULL, day TEXT NOT NULL, wait INT NOT NULL, json TEXT NOT NULL, CONSTRAINT pk_things PRIMARY KEY (id)) STRICT"].assert_eq(&sql);
    raw("INSERT INTO things VALUES (NULL, 1, TRUE, 1, 'a', x'00', '1.50', '2024-02-29', 5, '{}')")
        .execute(&engine)
        .await
        .expect("what fits is taken");
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    let world = World::new();
    let engine = strict(&world);
    MetaData::of([&TABLE]).create_all(&engine).await.expect("the table");
    engine.execute(insert("bob")).await.expect("to insert");
    assert_eq!(all().all(&engine).await.expect("rows")[0].get::<i64>("id"), 1, "the key is assigned as ever");
    let wrong = "INSERT INTO people (name, boss_id) VALUES ('eve', 'nobody')";
    let error = engine.execute(raw(wrong)).await.expect_err("no number");
    assert_eq!(*error.kind(), ErrorKind::Data { column: None });
    expect![[r#"
        DataError: a value is not of the type that its column demands
          statement: INSERT INTO people (name, boss_id) VALUES ('eve', 'nobody')"#]]
    .assert_eq(&shown(&error));
    let other = World::new();
    MetaData::of([&TABLE]).create_all(&other.engine()).await.expect("the table");
    other.outside().execute_batch(&format!("PRAGMA foreign_keys = OFF; {wrong}")).expect("a table that is not strict keeps it");
}
