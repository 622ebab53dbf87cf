//! The dialect, as a real server takes it: tables of every type, keys and indexes, and every reserved word.

use aludel_engine::Engine;
use aludel_sql::ast::Ddl;
use aludel_sql::schema::Labels;
use aludel_sql::{ColumnDef, Discard, Entity, MetaData, Outcome, Statement, Table, TableRef, Type, raw};
use expect_test::expect;
use std::sync::Arc;

use crate::people::{ID, NAME, People, TABLE, insert};
use crate::world::{World, number};

static COLUMNS: [ColumnDef; 22] = [
    ColumnDef::new("id", Type::Integer).primary_key(),
    ColumnDef::new("small", Type::SmallInt),
    ColumnDef::new("integer", Type::Integer).index(),
    ColumnDef::new("big", Type::BigInt).unique(),
    ColumnDef::new("real", Type::Real),
    ColumnDef::new("double", Type::Double),
    ColumnDef::new("bool", Type::Bool),
    ColumnDef::new("text", Type::Text),
    ColumnDef::new("short text", Type::Text).length(768).unique(),
    ColumnDef::new("bytes", Type::Bytes).nullable(true),
    ColumnDef::new("decimal", Type::Decimal),
    ColumnDef::new("precise", Type::Decimal).precision(65, 30),
    ColumnDef::new("uuid", Type::Uuid).unique(),
    ColumnDef::new("date", Type::Date).index(),
    ColumnDef::new("time", Type::Time),
    ColumnDef::new("datetime", Type::DateTime),
    ColumnDef::new("timestamp", Type::Timestamp),
    ColumnDef::new("duration", Type::Duration),
    ColumnDef::new("json", Type::Json),
    ColumnDef::new("array", Type::Array(&Type::Integer)).nullable(true),
    ColumnDef::new("ki`nd", Type::Enum(&Labels::new("kind", &["one", "t'wo", "\\three"]))),
    ColumnDef::new("person_id", Type::BigInt).nullable(true).references(Some(People::table)),
];
static EVERYTHING: Table = Table::new("order", &COLUMNS);

#[tokio::test]
async fn a_table_of_every_type() {
    let (_world, engine) = World::with_people().await;
    for _twice in 0..2 {
        MetaData::of([&TABLE, &EVERYTHING]).create_all(&engine).await.expect("to create");
    }
    let mut connection = engine.connect().await.expect("a connection");
    let columns = connection.columns("order").await.expect("columns");
    let shown: Vec<_> = columns
        .iter()
        .map(|column| {
            let ColumnDef { name, ty, nullable, length, precision, primary_key, unique, .. } = column;
            let marks = [(*nullable, " null"), (*primary_key, " key"), (*unique, " unique")].map(|(is, mark)| if is { mark } else { "" });
            format!("{name} {ty:?} {length:?} {precision:?}{}", marks.concat())
        })
        .collect();
    expect![[r#"
        id Integer None None key
        small SmallInt None None
        integer Integer None None
        big BigInt None None unique
        real Real None None
        double Double None None
        bool Bool None None
        text Text None None
        short text Text Some(768) None unique
        bytes Bytes None None null
        decimal Decimal None Some((65, 30))
        precise Decimal None Some((65, 30))
        uuid Uuid None None unique
        date Date None None
        time Time None None
        datetime DateTime None None
        timestamp DateTime None None
        duration BigInt None None
        json Text None None
        array Text None None null
        ki`nd Text Some(6) None
        person_id BigInt None None null"#]]
    .assert_eq(&shown.join("\n"));
    assert!(connection.columns("no_such").await.expect("to ask").is_empty());
    for label in ["one", "t'wo", "\\three"] {
        let sql = "INSERT INTO `order` (small, `integer`, big, `real`, `double`, bool, text, `short text`, `decimal`, precise, uuid, date, time, datetime, timestamp, duration, json, `ki``nd`) \
            VALUES (1, 1, :big, 1, 1, 1, '', :text, 1, 1, :uuid, '2024-01-01', '00:00', '2024-01-01', '2024-01-01', 1, '{}', :label)";
        let big = i64::from(label.as_bytes()[0]);
        raw(sql)
            .bind("big", big)
            .bind("text", label)
            .bind("uuid", vec![label.as_bytes()[0]; 16])
            .bind("label", label)
            .execute(&engine)
            .await
            .expect(label);
    }
    assert_eq!(number(&engine, "SELECT COUNT(*) FROM `order`").await, 3);
    MetaData::of([&TABLE, &EVERYTHING]).drop_all(&engine).await.expect("to drop");
    assert_eq!(number(&engine, "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()").await, 0);
}

async fn create(engine: &Engine, name: String, columns: [&str; 2]) -> aludel_sql::Result<Outcome> {
    let named = columns.map(|name| {
        let mut column = ColumnDef::new("", Type::Integer);
        column.name = name.to_owned().into();
        column
    });
    let table = TableRef::Shared(Arc::new(Table::dynamic(name, named.to_vec())));
    engine.run_alone(&Statement::Ddl(Ddl::CreateTable(table.clone())), &mut Discard).await?;
    engine.run_alone(&Statement::Ddl(Ddl::DropTable(table)), &mut Discard).await
}

/// The server's own list of words: each is a name, with quotes where it needs them.
#[tokio::test]
async fn every_keyword_is_a_name() {
    let (_world, engine) = World::with_people().await;
    let words = raw("SELECT LOWER(word) FROM information_schema.keywords").all(&engine).await.expect("words");
    let mut refused = Vec::new();
    for row in words {
        let word: String = row.get(0);
        if !word.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'_') {
            continue;
        }
        // Two columns of one name: the server reads all of the text, and makes nothing.
        let error = create(&engine, word.clone(), [&word, &word]).await.expect_err("two columns of one name");
        if error.advice().is_none_or(|hint| !hint.contains("Duplicate column")) {
            refused.push(word);
        }
    }
    assert_eq!(refused, [""; 0]);
}

#[tokio::test]
async fn names_of_all_kinds() {
    let (_world, engine) = World::with_people().await;
    let long = "é".repeat(64);
    for name in ["a`b", "a b", "ü", "a'b", "a\"b", "a.b", "1a", "A", &long] {
        create(&engine, name.to_owned(), ["other", name]).await.expect(name);
    }
    create(&engine, "é".repeat(65), ["a", "b"]).await.expect_err("too long");
}

#[tokio::test]
async fn keys_are_generated() {
    let (_world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    let mut outcome = async |statement: aludel_sql::Insert<People>| {
        let statement = aludel_sql::Executable::into_statement(statement);
        connection.run_with(&statement, &mut Discard, &mut ()).await.expect("to insert")
    };
    assert_eq!(outcome(insert("a")).await.generated, Some(1));
    assert_eq!(outcome(insert("b").set(ID, 41)).await.affected, 1);
    assert_eq!(outcome(insert("c")).await.generated, Some(42));
    let texts = raw("SELECT name FROM people WHERE name = 'A' OR name = 'a '").all(&engine).await.expect("rows");
    assert_eq!(texts.len(), 0, "texts are equal if they are the same");
    let _unused = NAME;
}
