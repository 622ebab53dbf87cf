//! A table to try statements on, as the macros would declare it, and INSERTs of many rows.

use std::sync::Arc;

use aludel_sql::ast::{InsertTree, Output, Statement, Values};
use aludel_sql::{Column, ColumnDef, Entity, Executable, Insert, Row, Select, Table, TableRef, Type, Update, Value};

static COLUMNS: [ColumnDef; 4] = [
    ColumnDef::new("id", Type::BigInt).primary_key(),
    ColumnDef::new("name", Type::Text).unique().length(50),
    ColumnDef::new("email", Type::Text).nullable(true).length(100).index(),
    ColumnDef::new("boss_id", Type::BigInt).nullable(true).references(Some(People::table)),
];
pub(crate) static TABLE: Table = Table::new("people", &COLUMNS);

/// The marker of the table.
pub(crate) struct People;

impl Entity for People {
    fn table() -> &'static Table {
        &TABLE
    }
}

pub(crate) const ID: Column<People, i64> = Column::new(&TABLE, 0);
pub(crate) const NAME: Column<People, String> = Column::new(&TABLE, 1);
pub(crate) const EMAIL: Column<People, Option<String>> = Column::new(&TABLE, 2);
pub(crate) const BOSS: Column<People, Option<i64>> = Column::new(&TABLE, 3);

pub(crate) fn all() -> Select<Row> {
    Select::from_table(TableRef::Static(&TABLE))
}

pub(crate) fn insert(name: impl Into<String>) -> Insert<People> {
    Insert::into_table().set(NAME, name.into())
}

pub(crate) fn update() -> Update<People> {
    Update::of_table()
}

/// An INSERT of one row for each name; with RETURNING id, name.
pub(crate) struct Many(pub(crate) Vec<String>, pub(crate) Option<Output>);

pub(crate) fn id_and_name() -> Option<Output> {
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
