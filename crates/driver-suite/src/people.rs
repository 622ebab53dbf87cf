//! The tables that the cases work on, as the macros would declare them.

use std::sync::Arc;

use aludel_engine::Engine;
use aludel_sql::ast::{InsertTree, Output, Statement, Values};
use aludel_sql::{Column, ColumnDef, Delete, Entity, Insert, MetaData, Result, Row, Select, Table, TableRef, Type, Update, Value};

static PEOPLE_COLUMNS: [ColumnDef; 4] = [
    ColumnDef::new("id", Type::BigInt).primary_key(),
    ColumnDef::new("name", Type::Text).unique().length(50),
    ColumnDef::new("email", Type::Text).nullable(true).length(100).index(),
    ColumnDef::new("boss_id", Type::BigInt).nullable(true).references(Some(People::table)),
];
static PEOPLE: Table = Table::new("people", &PEOPLE_COLUMNS);

/// The marker of the table.
pub(crate) struct People;

impl Entity for People {
    fn table() -> &'static Table {
        &PEOPLE
    }
}

pub(crate) const ID: Column<People, i64> = Column::new(&PEOPLE, 0);
pub(crate) const NAME: Column<People, String> = Column::new(&PEOPLE, 1);
pub(crate) const EMAIL: Column<People, Option<String>> = Column::new(&PEOPLE, 2);
pub(crate) const BOSS: Column<People, Option<i64>> = Column::new(&PEOPLE, 3);

/// Makes the table.
pub(crate) async fn create(engine: &Engine) -> Result {
    MetaData::of([&PEOPLE]).create_all(engine).await
}

pub(crate) fn select() -> Select<Row> {
    Select::from_table(TableRef::Static(&PEOPLE))
}

pub(crate) fn insert(name: &str) -> Insert<People> {
    Insert::into_table().set(NAME, name)
}

pub(crate) fn update() -> Update<People> {
    Update::of_table()
}

pub(crate) fn delete() -> Delete<People> {
    Delete::from_table()
}

/// An INSERT of a row for each name, which returns its key and its name if that is wanted.
pub(crate) fn insert_all(names: &[String], returns: bool) -> Statement {
    let values: Vec<_> = names.iter().map(|name| Value::Text(name.clone().into())).collect();
    let returning = returns.then(|| Output::Nodes(vec![ID.expr().into_node(), NAME.expr().into_node()]));
    let (table, columns, rows) = (TableRef::Static(&PEOPLE), vec![NAME.position()], values.len());
    Statement::Insert(Arc::new(InsertTree { table, columns, values: Values::Plain(values), rows, returning }))
}

/// The names that are there, in the order of their keys.
pub(crate) async fn names(engine: &Engine) -> Result<Vec<String>> {
    Ok(select().order_by(ID).all(engine).await?.iter().map(|row| row.get(NAME)).collect())
}
