//! The tables of a campaign: `deeds` has two rows for each unit of work that is committed, `numbers` is there to be read.

use std::sync::Arc;

use aludel_engine::Engine;
use aludel_sql::ast::{InsertTree, Statement, Values};
use aludel_sql::{
    BulkInsert, Column, ColumnDef, Delete, Entity, Executor, Insert, MetaData, Result, Select, Table, TableRef, Type, Update, Value, raw,
    select,
};

static DEEDS_COLUMNS: [ColumnDef; 3] =
    [ColumnDef::new("id", Type::BigInt).primary_key(), ColumnDef::new("unit", Type::BigInt).index(), ColumnDef::new("part", Type::BigInt)];
static DEEDS: Table = Table::new("deeds", &DEEDS_COLUMNS);

static NUMBERS_COLUMNS: [ColumnDef; 1] = [ColumnDef::new("i", Type::BigInt).primary_key()];
static NUMBERS: Table = Table::new("numbers", &NUMBERS_COLUMNS);

/// The marker of the table.
pub(super) struct Deeds;

impl Entity for Deeds {
    fn table() -> &'static Table {
        &DEEDS
    }
}

pub(super) const UNIT: Column<Deeds, i64> = Column::new(&DEEDS, 1);
const PART: Column<Deeds, i64> = Column::new(&DEEDS, 2);

/// A table that is never made.
static NOTHING: Table = Table::new("nothing", &NUMBERS_COLUMNS);

/// The marker of the table.
pub(super) struct Numbers;

impl Entity for Numbers {
    fn table() -> &'static Table {
        &NUMBERS
    }
}

const I: Column<Numbers, i64> = Column::new(&NUMBERS, 0);

/// How many numbers there are: more than a stream reads ahead.
pub(super) const MOST: i64 = 300;

/// Makes the tables.
pub(super) async fn create(engine: &Engine) -> Result {
    MetaData::of([&DEEDS, &NUMBERS]).create_all(engine).await?;
    let values = (1..=MOST).map(Value::Int).collect();
    engine.run_alone(&rows(&NUMBERS, vec![0], values), &mut aludel_sql::Discard).await?;
    Ok(())
}

fn rows(table: &'static Table, columns: Vec<u16>, values: Vec<Value<'static>>) -> Statement {
    let rows = values.len() / columns.len();
    Statement::Insert(Arc::new(InsertTree {
        table: TableRef::Static(table),
        columns,
        values: Values::Plain(values),
        rows,
        returning: None,
    }))
}

/// A row of a unit.
pub(super) fn deed(unit: i64, part: i64) -> Insert<Deeds> {
    Insert::into_table().set(UNIT, unit).set(PART, part)
}

/// Makes the only row of a unit another one.
pub(super) fn part(unit: i64, part: i64) -> Update<Deeds> {
    Update::of_table().set(PART, part).filter(UNIT.eq(unit))
}

/// Takes a row of a unit away.
pub(super) fn without(unit: i64, part: i64) -> Delete<Deeds> {
    Delete::from_table().filter(UNIT.eq(unit)).filter(PART.eq(part))
}

/// Makes the tables, which are there.
pub(super) async fn create_again(engine: &Engine) -> Result {
    MetaData::of([&DEEDS, &NUMBERS]).create_all(engine).await
}

/// Removes a table that is not there.
pub(super) async fn drop_what_is_not_there(engine: &Engine) -> Result {
    MetaData::of([&NOTHING]).drop_all(engine).await
}

/// Both rows of a unit in one statement.
pub(super) fn both(unit: i64) -> Statement {
    let values = [unit, 1, unit, 2].map(Value::Int).to_vec();
    rows(&DEEDS, vec![UNIT.position(), PART.position()], values)
}

/// Both rows of a unit, as a bulk insert.
pub(super) fn bulk(unit: i64) -> BulkInsert<'static> {
    let rows = [[unit, 1], [unit, 2]].map(|row| row.map(Value::Int).to_vec());
    BulkInsert::of_values(TableRef::Static(&DEEDS), vec![UNIT.position(), PART.position()], rows)
}

/// Their values, for a statement that runs twice.
pub(super) fn values(unit: i64) -> [Value<'static>; 4] {
    [unit, 1, unit, 2].map(Value::Int)
}

/// A statement of one row, to be run with other values.
pub(super) fn one(unit: i64) -> Statement {
    rows(&DEEDS, vec![UNIT.position(), PART.position()], [unit, 1].map(Value::Int).to_vec())
}

/// The numbers, in their order.
pub(super) fn numbers() -> Select<i64> {
    select(I).order_by(I)
}

/// Asks the database for a number of one's own.
///
/// # Panics
/// If the answer is that of somebody else.
pub(super) async fn own(executor: impl Executor, unit: i64) -> Result {
    assert_eq!(ask(executor, unit).await?, unit, "a foreign row");
    Ok(())
}

/// Asks the database for a number, and returns what it says.
pub(super) async fn ask(executor: impl Executor, unit: i64) -> Result<i64> {
    let row = raw("SELECT i - 1 + :own FROM numbers WHERE i = 1").bind("own", unit).one(executor).await?;
    row.try_get(0)
}

/// Reads all numbers.
///
/// # Panics
/// If they are not all there, or others are.
pub(super) async fn all(executor: impl Executor) -> Result {
    let found = numbers().all(executor).await?;
    assert!(found.into_iter().eq(1..=MOST), "foreign rows");
    Ok(())
}
