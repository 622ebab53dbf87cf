//! The table that the cases work on, as the macros would declare it, and statements on it. The drivers' own tests use it too.

use std::sync::Arc;

use aludel_engine::Engine;
use aludel_sql::ast::{InsertTree, Output, Statement, Values};
use aludel_sql::{
    Column, ColumnDef, Delete, Entity, Executable, Insert, MetaData, Result, Row, Select, Table, TableRef, Type, Update, Value,
};

static COLUMNS: [ColumnDef; 4] = [
    ColumnDef::new("id", Type::BigInt).primary_key(),
    ColumnDef::new("name", Type::Text).unique().length(50),
    ColumnDef::new("email", Type::Text).nullable(true).length(100).index(),
    ColumnDef::new("boss_id", Type::BigInt).nullable(true).references(Some(People::table)),
];
/// The table `people`.
pub static TABLE: Table = Table::new("people", &COLUMNS);

/// The marker of the table.
pub struct People;

impl Entity for People {
    fn table() -> &'static Table {
        &TABLE
    }
}

/// Its key, which the database assigns.
pub const ID: Column<People, i64> = Column::new(&TABLE, 0);
/// A text that no two rows share.
pub const NAME: Column<People, String> = Column::new(&TABLE, 1);
/// A text that may be NULL, with an index.
pub const EMAIL: Column<People, Option<String>> = Column::new(&TABLE, 2);
/// A foreign key to the table itself.
pub const BOSS: Column<People, Option<i64>> = Column::new(&TABLE, 3);

/// All rows.
pub fn all() -> Select<Row> {
    Select::from_table(TableRef::Static(&TABLE))
}

/// A row of this name.
pub fn insert(name: impl Into<String>) -> Insert<People> {
    Insert::into_table().set(NAME, name.into())
}

/// Makes the table.
pub(crate) async fn create(engine: &Engine) -> Result {
    MetaData::of([&TABLE]).create_all(engine).await
}

/// All rows, to be deleted.
pub(crate) fn delete() -> Delete<People> {
    Delete::from_table()
}

/// The names that are there, in the order of their keys.
pub(crate) async fn names(engine: &Engine) -> Result<Vec<String>> {
    Ok(all().order_by(ID).all(engine).await?.iter().map(|row| row.get(NAME)).collect())
}

/// All rows, to be changed.
pub fn update() -> Update<People> {
    Update::of_table()
}

/// An INSERT of a row for each name; with RETURNING id, name.
pub struct Many(pub Vec<String>, pub Option<Output>);

/// What an INSERT returns: key and name.
pub fn id_and_name() -> Option<Output> {
    Some(Output::Nodes(vec![ID.expr().into_node(), NAME.expr().into_node()]))
}

impl Executable for Many {
    fn into_statement(self) -> Statement {
        let values: Vec<_> = self.0.into_iter().map(|name| Value::Text(name.into())).collect();
        let columns = vec![NAME.position()];
        Statement::Insert(Arc::new(InsertTree {
            table: TableRef::Static(&TABLE),
            columns,
            rows: values.len(),
            values: Values::Plain(values),
            returning: self.1,
        }))
    }
}

/// A statement of a row for each name, which returns its key and its name if that is wanted.
pub(crate) fn insert_all(names: &[String], returns: bool) -> Statement {
    Many(names.to_vec(), if returns { id_and_name() } else { None }).into_statement()
}
