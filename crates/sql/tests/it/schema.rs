//! CREATE and DROP, names, and the order of tables.

use aludel_sql::schema::{ColumnDef, MetaData, Table, Type};
use aludel_sql::{Entity, Select, Sqlite, TableRef};
use expect_test::expect;

use crate::people::People;

#[test]
fn create_all() {
    let sql: Vec<_> = MetaData::of([People::table()]).to_sql(&Sqlite).expect("no circle").iter().map(ToString::to_string).collect();
    expect![[r#"
        CREATE TABLE IF NOT EXISTS people (id INTEGER NOT NULL, name VARCHAR(50) NOT NULL, email TEXT, boss_id BIGINT, CONSTRAINT pk_people PRIMARY KEY (id), CONSTRAINT uq_people_name UNIQUE (name), CONSTRAINT fk_people_boss_id_people FOREIGN KEY (boss_id) REFERENCES people (id))
        CREATE INDEX IF NOT EXISTS ix_people_email ON people (email)"#]]
    .assert_eq(&sql.join("\n"));
}

static NOTE_COLUMNS: [ColumnDef; 2] =
    [ColumnDef::new("id", Type::BigInt).primary_key().references(Some(|| &NOTES)), ColumnDef::new("text", Type::Text).index()];
static NOTES: Table = Table::in_schema("archive", "notes", &NOTE_COLUMNS);

#[test]
fn a_table_of_another_schema() {
    let written = |dialect: &dyn aludel_sql::Dialect| {
        MetaData::of([&NOTES]).to_sql(dialect).expect("no circle").iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    expect![[r#"
        CREATE TABLE IF NOT EXISTS archive.notes (id BIGINT NOT NULL, text TEXT NOT NULL, CONSTRAINT pk_notes PRIMARY KEY (id), CONSTRAINT fk_notes_id_notes FOREIGN KEY (id) REFERENCES notes (id))
        CREATE INDEX IF NOT EXISTS archive.ix_notes_text ON notes (text)"#]].assert_eq(&written(&Sqlite).join("\n"));
    expect![[r#"
        CREATE TABLE IF NOT EXISTS archive.notes (id BIGINT NOT NULL, text TEXT NOT NULL, CONSTRAINT pk_notes PRIMARY KEY (id), CONSTRAINT fk_notes_id_notes FOREIGN KEY (id) REFERENCES archive.notes (id))
        CREATE INDEX IF NOT EXISTS ix_notes_text ON archive.notes (text)"#]].assert_eq(&written(&aludel_sql::Postgres).join("\n"));
}

static PARENT_COLUMNS: [ColumnDef; 1] = [ColumnDef::new("id", Type::BigInt).primary_key()];
static PARENTS: Table = Table::new("parents", &PARENT_COLUMNS);
static CHILD_COLUMNS: [ColumnDef; 1] = [ColumnDef::new("parent_id", Type::BigInt).references(Some(|| &PARENTS))];
static CHILDREN: Table = Table::new("children", &CHILD_COLUMNS);
static HEN_COLUMNS: [ColumnDef; 2] =
    [ColumnDef::new("id", Type::BigInt).primary_key(), ColumnDef::new("egg", Type::BigInt).references(Some(|| &EGG))];
static HEN: Table = Table::new("hen", &HEN_COLUMNS);
static EGG_COLUMNS: [ColumnDef; 2] =
    [ColumnDef::new("id", Type::BigInt).primary_key(), ColumnDef::new("hen", Type::BigInt).references(Some(|| &HEN))];
static EGG: Table = Table::new("egg", &EGG_COLUMNS);

#[test]
fn tables_come_after_those_that_they_reference() {
    let sorted = MetaData::of([&CHILDREN, &PARENTS, &CHILDREN]).sorted().expect("no circle");
    assert_eq!(sorted.iter().map(|table| &*table.name).collect::<Vec<_>>(), ["parents", "children"]);
}

#[test]
fn a_circle_of_tables_is_named() {
    let error = MetaData::of([&HEN, &EGG]).sorted().expect_err("a circle");
    expect!["UnsupportedError: the foreign keys of `hen`, `egg` run in a circle, so that none can be created first"]
        .assert_eq(&error.to_string());
}

/// The text of a query of a table with this name, or the error.
#[track_caller]
fn named(name: &str) -> String {
    let table = Table::dynamic(name, vec![ColumnDef::new("id", Type::BigInt)]);
    Select::<aludel_sql::Row>::from_table(TableRef::Shared(table.into())).to_sql(&Sqlite).to_string()
}

#[test]
fn odd_names_are_quoted_or_refused() {
    assert_eq!(named("people"), "SELECT id FROM people");
    assert_eq!(named("order"), r#"SELECT id FROM "order""#);
    assert_eq!(named("People"), r#"SELECT id FROM "People""#);
    assert_eq!(named("1st"), r#"SELECT id FROM "1st""#);
    assert_eq!(named(r#"a"; DROP TABLE people;--"#), r#"SELECT id FROM "a""; DROP TABLE people;--""#);
    assert_eq!(named("人々"), r#"SELECT id FROM "人々""#);
    assert_eq!(named(""), r#"-- UsageError: "" is not a name that a table or column can have"#);
    assert_eq!(named("a\0b"), r#"-- UsageError: "a\0b" is not a name that a table or column can have"#);
}
