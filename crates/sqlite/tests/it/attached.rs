//! Attached files: there on every connection, one writer at a time in each, and what cannot be done is told.

use std::path::Path;
use std::time::Duration;

use aludel_engine::Engine;
use aludel_sql::{Column, ColumnDef, Entity, ErrorKind, Insert, MetaData, Select, Table, TableRef, Type, raw};
use aludel_sqlite::{Backup, BlobPlace, Location, Sqlite};
use expect_test::{Expect, expect};

use crate::people::{NAME, TABLE, insert};
use crate::world::{World, execute, number, shown, until};

static COLUMNS: [ColumnDef; 3] = [
    ColumnDef::new("id", Type::BigInt).primary_key(),
    ColumnDef::new("name", Type::Text).index(),
    ColumnDef::new("boss_id", Type::BigInt).nullable(true).references(Some(Former::table)),
];
/// Of the same name as a table in the main file.
static FORMER: Table = Table::in_schema("archive", "people", &COLUMNS);

struct Former;

impl Entity for Former {
    fn table() -> &'static Table {
        &FORMER
    }
}

const FORMER_ID: Column<Former, i64> = Column::new(&FORMER, 0);
const FORMER_NAME: Column<Former, String> = Column::new(&FORMER, 1);
const FORMER_BOSS: Column<Former, Option<i64>> = Column::new(&FORMER, 2);

fn archive(world: &World) -> Location {
    Location::file(world.folder().join("archive ?#%20.db"))
}

async fn with_archive() -> (World, Engine) {
    let world = World::new();
    let engine = Engine::on(world.driver().attach("archive", archive(&world)).expect("a name"));
    MetaData::of([&TABLE, &FORMER]).create_all(&engine).await.expect("the tables");
    (world, engine)
}

fn former(name: &str) -> Insert<Former> {
    Insert::into_table().set(FORMER_NAME, name.to_owned())
}

fn count(path: &Path) -> i64 {
    let connection = rusqlite::Connection::open(path).expect("the file");
    connection.query_row("SELECT count(*) FROM people", [], |row| row.get(0)).expect("a count")
}

#[tokio::test]
async fn tables_of_both_files_on_every_connection() {
    let (world, engine) = with_archive().await;
    let mut connections = Vec::new();
    for _ in 0..3 {
        connections.push(engine.connect().await.expect("a connection"));
    }
    for (number, connection) in connections.iter_mut().enumerate() {
        connection.execute(former(&format!("old {number}"))).await.expect("to insert");
        assert_eq!(raw("SELECT count(*) FROM archive.people").one(connection).await.expect("a count").get::<i64>(0), number as i64 + 1);
    }
    engine.execute(insert("old 1")).await.expect("to insert");
    let both = Select::<aludel_sql::Row>::from_table(TableRef::Static(&FORMER)).filter(FORMER_NAME.eq("old 1")).filter(FORMER_ID.gt(0));
    assert_eq!(both.count(&engine).await.expect("a count"), 1);
    assert_eq!((world.count(), count(archive(&world).path.as_ref().expect("a file"))), (1, 3));
    assert_eq!(raw("PRAGMA archive.journal_mode").one(&engine).await.expect("a mode").get::<String>(0), "wal");
}

/// Both are called `people`: their columns need the names of the schemas.
#[tokio::test]
async fn tables_of_one_name_in_one_statement() {
    let (_world, engine) = with_archive().await;
    engine.execute(insert("bob")).await.expect("to insert");
    engine.execute(former("bob")).await.expect("to insert");
    let sql = aludel_sql::select((NAME, FORMER_ID)).filter(FORMER_NAME.eq(NAME));
    expect!["SELECT people.name, archive.people.id FROM people, archive.people WHERE archive.people.name = people.name"]
        .assert_eq(&aludel_sql::Executable::into_statement(sql).to_sql(&aludel_sql::Sqlite).to_string());
}

#[tokio::test]
async fn one_transaction_over_both_files() {
    let (world, engine) = with_archive().await;
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("bob")).await.expect("to insert");
    transaction.execute(former("bob")).await.expect("to insert");
    drop(transaction);
    let path = archive(&world).path.expect("a file");
    assert_eq!((world.count(), count(&path)), (0, 0));
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(former("bob")).await.expect("to insert");
    transaction.execute(insert("bob")).await.expect("to insert");
    transaction.commit().await.expect("to commit");
    assert_eq!((world.count(), count(&path)), (1, 1));
}

#[tokio::test]
async fn foreign_keys_within_the_attached_file() {
    let (_world, engine) = with_archive().await;
    let error = engine.execute(former("eve").set(FORMER_BOSS, 9)).await.expect_err("there is no row 9");
    assert!(error.as_integrity().is_some(), "{error:?}");
    static AWAY: [ColumnDef; 2] = [
        ColumnDef::new("id", Type::BigInt).primary_key(),
        ColumnDef::new("person_id", Type::BigInt).references(Some(crate::people::People::table)),
    ];
    static NOTES: Table = Table::in_schema("archive", "notes", &AWAY);
    let error = MetaData::of([&TABLE, &NOTES]).create_all(&engine).await.expect_err("another file");
    expect![[r#"
        UnsupportedError: `archive.notes.person_id` cannot reference `people`: foreign keys point at no other file
          hint: declare the column without its reference, or put both tables into one file"#]]
    .assert_eq(&shown(&error));
}

/// One engine has the file as its own, another one attached: neither is told that it is locked.
#[tokio::test]
async fn the_writers_of_an_attached_file_stand_in_one_queue() {
    let (world, engine) = with_archive().await;
    let own = Engine::on(Sqlite::new(archive(&world)).attach("current", Location::file(world.file())).expect("a name"));
    let alone = Engine::on(Sqlite::new({
        let mut location = archive(&world);
        location.busy_timeout = Duration::from_millis(30);
        location
    }));
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("bob")).await.expect("to insert");
    let waiting = tokio::spawn(async move { alone.execute(raw("INSERT INTO people (name) VALUES ('eve')")).await });
    let error = waiting.await.expect("no panic").expect_err("a transaction locks all files");
    assert!(error.to_string().contains("for the place of the writer of"), "{error}");
    transaction.commit().await.expect("to commit");
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..40 {
        let (engine, own) = (engine.clone(), own.clone());
        tasks.spawn(async move {
            match number % 2 {
                0 => {
                    let mut transaction = engine.begin().await.expect("to begin");
                    transaction.execute(insert(format!("{number}"))).await.expect("to insert");
                    transaction.execute(former(&format!("{number}"))).await.expect("to insert");
                    transaction.commit().await.expect("to commit");
                }
                _ => execute(&own, "INSERT INTO people (name) VALUES ('x')").await,
            }
        });
    }
    while tasks.join_next().await.transpose().expect("no panic").is_some() {}
    assert_eq!((world.count(), count(&archive(&world).path.expect("a file"))), (21, 40));
}

#[tokio::test]
async fn a_file_that_is_attached_for_reading() {
    let (world, engine) = with_archive().await;
    engine.execute(former("bob")).await.expect("to insert");
    let mut location = archive(&world);
    location.read_only = true;
    let reader = Engine::on(world.driver().attach("archive", location).expect("a name"));
    assert_eq!(number(&reader, "SELECT count(*) FROM archive.people").await, 1);
    assert_eq!(*reader.execute(former("eve")).await.expect_err("for reading").kind(), ErrorKind::ReadOnly);
    let main = Location::parse(&format!("sqlite:///{}?mode=ro", world.file().display())).expect("a URL");
    let other = Engine::on(Sqlite::new(main).attach("archive", archive(&world)).expect("a name"));
    assert_eq!(other.execute(former("eve")).await.expect("only the main file is for reading"), 1);
    assert_eq!(*other.execute(insert("eve")).await.expect_err("for reading").kind(), ErrorKind::ReadOnly);
    let mut transaction = reader.begin_immediate().await.expect("to begin");
    transaction.execute(insert("bob")).await.expect("the main file can be written");
    assert_eq!(engine.name(), reader.name());
    let other = Engine::on(Sqlite::new(archive(&world)));
    assert_eq!(other.execute(raw("DELETE FROM people")).await.expect("nobody holds the place of this file"), 2);
    transaction.commit().await.expect("to commit");
}

#[tokio::test]
async fn copies_and_blobs_of_an_attached_file() {
    let (world, engine) = with_archive().await;
    engine.execute(former("bob")).await.expect("to insert");
    let copy = world.folder().join("copy.db");
    Backup::to(&copy).of_schema("archive").run(&engine).await.expect("a copy");
    assert_eq!(count(&copy), 1);
    Backup::to(&copy).replace().of_schema("archive").vacuum_into(&engine).await.expect("another one");
    assert_eq!(count(&copy), 1);
    execute(&engine, "CREATE TABLE archive.files (id INTEGER PRIMARY KEY, content BLOB)").await;
    execute(&engine, "INSERT INTO archive.files VALUES (1, x'010203')").await;
    let mut connection = engine.connect().await.expect("a connection");
    let place = BlobPlace::new("files", "content", 1).in_schema("archive");
    place.write(&mut connection, |blob| blob.write_at(2, &[9])).await.expect("to write");
    assert_eq!(number(&engine, "SELECT count(*) FROM archive.files WHERE content = x'010209'").await, 1);
}

/// The log of the attached file is looked after as the main one is.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_log_of_an_attached_file_is_copied_into_it() {
    let (world, engine) = with_archive().await;
    let fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) \
                INSERT INTO archive.people (name) SELECT hex(randomblob(3000)) FROM n";
    execute(&engine, fill).await;
    let file = archive(&world).path.expect("a file");
    until("the copy of the log", || file.metadata().expect("the file").len() > 4_000_000);
}

#[tokio::test]
async fn in_memory_beside_memory() {
    let engine = Engine::on(Sqlite::from_url("sqlite://").expect("a URL").attach("archive", Location::memory()).expect("a name"));
    MetaData::of([&TABLE, &FORMER]).create_all(&engine).await.expect("the tables");
    engine.execute(former("bob")).await.expect("to insert");
    assert_eq!(number(&engine, "SELECT (SELECT count(*) FROM archive.people) * 10 + (SELECT count(*) FROM main.people)").await, 10);
}

#[track_caller]
fn refused(attached: aludel_sql::Result<Sqlite>, expected: Expect) {
    expected.assert_eq(&shown(&attached.expect_err("refused")));
}

#[tokio::test]
async fn mistakes_are_told() {
    let world = World::new();
    let other = || Location::file("other.db");
    refused(
        world.driver().attach("MAIN", other()),
        expect![[r#"
        ConfigError: the name `MAIN` is taken, so that no database can be attached by it
          hint: `main` is the file of the engine itself, `temp` are its temporary tables; choose another name"#]],
    );
    refused(world.driver().attach("", other()), expect!["ConfigError: an attached database has a name, without a NUL character"]);
    refused(
        world.driver().attach("a", other()).and_then(|driver| driver.attach("A", other())),
        expect![[r#"
        ConfigError: the name `A` is taken, so that no database can be attached by it
          hint: `main` is the file of the engine itself, `temp` are its temporary tables; choose another name"#]],
    );
    refused(
        world.driver().attach("a", Location::memory()),
        expect![[r#"
        ConfigError: `a` is in memory, where each connection would have one of its own
          hint: attach a file; only a database in memory, which has one connection, can have another one in memory beside it"#]],
    );
    let eleven = (0..11).try_fold(world.driver(), |driver, number| driver.attach(format!("a{number}"), other()));
    refused(eleven, expect!["ConfigError: `a10` cannot be attached: SQLite attaches 10 databases at most"]);

    let missing = |location: Location| Engine::on(world.driver().attach("archive", location).expect("a name"));
    let mut must_exist = archive(&world);
    must_exist.must_exist = true;
    let error = raw("SELECT 1").one(&missing(must_exist)).await.expect_err("there is none");
    assert_eq!(*error.kind(), ErrorKind::Connect, "{error:?}");
    assert!(error.to_string().contains("there is no database file"), "{error}");
    let error = raw("SELECT 1").one(&missing(Location::file(world.file()))).await.expect_err("the same file twice");
    assert_eq!(*error.kind(), ErrorKind::Config, "{error:?}");
    std::fs::write(
        world.folder().join("text"),
        "a text that is long enough to be no database at all, whatever one does with it. ".repeat(20),
    )
    .expect("a file");
    let error = raw("SELECT 1").one(&missing(Location::file(world.folder().join("text")))).await.expect_err("no database");
    assert!(error.to_string().contains("is no SQLite database"), "{error}");
}
