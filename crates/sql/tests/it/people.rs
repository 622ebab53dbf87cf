//! A table to try statements on, as the macros would declare it.

use aludel_sql::{Column, ColumnDef, Delete, Entity, Insert, Row, Select, Table, TableRef, Type, Update};

static COLUMNS: [ColumnDef; 4] = [
    ColumnDef::new("id", Type::BigInt).primary_key(),
    ColumnDef::new("name", Type::Text).unique().length(50),
    ColumnDef::new("email", Type::Text).nullable(true).index(),
    ColumnDef::new("boss_id", Type::BigInt).nullable(true).references(Some(People::table)),
];
static TABLE: Table = Table::new("people", &COLUMNS);

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

pub(crate) fn select() -> Select<Row> {
    Select::from_table(TableRef::Static(&TABLE))
}

pub(crate) fn insert() -> Insert<People> {
    Insert::into_table()
}

pub(crate) fn update() -> Update<People> {
    Update::of_table()
}

pub(crate) fn delete() -> Delete<People> {
    Delete::from_table()
}
