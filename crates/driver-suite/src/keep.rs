//! Puts values into a column of their type, and takes them out again: typed, and as whatever is there.

use std::fmt::Debug;
use std::sync::Arc;

use aludel_engine::Engine;
use aludel_sql::ast::{Ddl, InsertTree, Values};
use aludel_sql::{
    BulkInsert, Collect, ColumnDef, Discard, Plain, Result, Select, Selection, SqlType, Statement, Table, TableRef, Type, Value,
};

/// A table of a key and a column of this type.
fn table<T: SqlType>(column: impl Fn(ColumnDef) -> ColumnDef) -> TableRef {
    let columns = vec![ColumnDef::new("id", Type::BigInt).primary_key(), column(ColumnDef::new("kept", T::TYPE)).nullable(true)];
    TableRef::Shared(Arc::new(Table::dynamic("kept", columns)))
}

/// Checks that each value comes out as it went in, and NULL as NULL.
pub(crate) async fn keep<T>(engine: &Engine, values: &[T]) -> Result
where
    T: SqlType + Debug,
    (i64, Option<T>): Selection<Out<Plain> = (i64, Option<T>)>,
{
    keep_in(engine, values, |column| column).await
}

/// As [`keep`], in a column with options.
pub(crate) async fn keep_in<T>(engine: &Engine, values: &[T], column: impl Fn(ColumnDef) -> ColumnDef) -> Result
where
    T: SqlType + Debug,
    (i64, Option<T>): Selection<Out<Plain> = (i64, Option<T>)>,
{
    let table = table::<T>(column);
    engine.run_alone(&Statement::Ddl(Ddl::CreateTable(table.clone())), &mut Discard).await?;
    let of = |value: &T| value.value().into_owned();
    let rows: Vec<_> = values.iter().map(of).chain([Value::Null]).collect();
    for (id, value) in (1_i64..).zip(&rows) {
        engine.run_alone(&insert(&table, vec![Value::Int(id), value.clone()]), &mut Discard).await?;
    }
    // All at once too, by whatever way the driver has for many rows.
    let many = (1001_i64..).zip(&rows).flat_map(|(id, value)| [Value::Int(id), value.clone()]).collect();
    engine.run_alone(&insert(&table, many), &mut Discard).await?;
    let many = (2001_i64..).zip(&rows).map(|(id, value)| vec![Value::Int(id), value.clone()]);
    assert_eq!(BulkInsert::of_values(table.clone(), vec![0, 1], many).execute(engine).await?, rows.len() as u64);
    let mut found = Collect::<(i64, Option<T>), Plain>::all();
    let query = Select::<aludel_sql::Row>::from_table(table.clone());
    engine.run_alone(&aludel_sql::Executable::into_statement(query.clone()), &mut found).await?;
    found.rows.sort_by_key(|(id, _)| *id);
    assert_eq!(found.rows.len(), 3 * rows.len());
    for ((id, found), expected) in found.rows.iter().zip(rows.iter().chain(&rows).chain(&rows)) {
        let found = found.as_ref().map_or(Value::Null, of);
        assert!(found.is_same(expected), "row {id}: {found} came out where {expected} went in");
    }
    for row in query.all(engine).await? {
        let expected = &rows[usize::try_from((row.get::<i64>("id") - 1) % 1000).expect("a small number")];
        let found: Option<T> = row.try_get("kept")?;
        let found = found.as_ref().map_or(Value::Null, of);
        assert!(found.is_same(expected), "{found} came out of a row where {expected} went in");
    }
    engine.run_alone(&Statement::Ddl(Ddl::DropTable(table)), &mut Discard).await?;
    Ok(())
}

/// Checks that a value is refused by a typed error, and that nothing is stored.
pub(crate) async fn refuse<T: SqlType + Debug>(engine: &Engine, values: &[T], column: impl Fn(ColumnDef) -> ColumnDef) -> Result {
    let table = table::<T>(column);
    engine.run_alone(&Statement::Ddl(Ddl::CreateTable(table.clone())), &mut Discard).await?;
    for value in values {
        let statement = insert(&table, vec![Value::Int(1), value.value().into_owned()]);
        let error = engine.run_alone(&statement, &mut Discard).await.expect_err("a refusal");
        assert!(matches!(error.kind(), aludel_sql::ErrorKind::Data { .. }), "{value:?}: {error:?}");
    }
    assert_eq!(Select::<aludel_sql::Row>::from_table(table.clone()).count(engine).await?, 0);
    engine.run_alone(&Statement::Ddl(Ddl::DropTable(table)), &mut Discard).await?;
    Ok(())
}

fn insert(table: &TableRef, values: Vec<Value<'static>>) -> Statement {
    let rows = values.len() / 2;
    let tree = InsertTree { table: table.clone(), columns: vec![0, 1], values: Values::Plain(values), rows, returning: None };
    Statement::Insert(Arc::new(tree))
}
