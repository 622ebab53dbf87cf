//! The tables of an application at its start: missing ones are made, the others compared with their declarations.

use aludel_sql::{Error, ErrorKind, MetaData, Result, Table};

use super::Engine;

/// Opens the database, makes the tables that are missing, and checks that the others have the columns that are mapped.
///
/// Without tables it is opened all the same: a wrong path is to be noticed now, not at the first request.
///
/// # Errors
/// [`ErrorKind::Schema`] naming each column that is not there; what the database answers.
pub(crate) async fn prepare(engine: &Engine, metadata: &MetaData) -> Result {
    metadata.create_all(engine).await?;
    // PostgreSQL tells `Name` from `name`, the others do not.
    let is_same: fn(&str, &str) -> bool = match engine.dialect().name() {
        "postgres" => |one, other| one == other,
        _ => str::eq_ignore_ascii_case,
    };
    let mut connection = engine.for_statement().await?;
    for table in metadata.tables() {
        let columns = connection.columns(&table.name).await?;
        let missing: Vec<_> =
            table.columns.iter().filter(|column| !columns.iter().any(|known| is_same(&known.name, &column.name))).collect();
        if let Some(first) = missing.first() {
            let names: Vec<_> = missing.iter().map(|column| &*column.name).collect();
            return Err(differs(engine, table, &names, &first.name));
        }
    }
    Ok(())
}

#[cold]
fn differs(engine: &Engine, table: &Table, missing: &[&str], first: &str) -> Error {
    let name = table.full_name();
    Error::new(
        ErrorKind::Schema,
        format!("the table `{name}` in `{}` has no column `{}`, which the application maps", engine.name(), missing.join("`, `")),
    )
    .hint(format!("the table is older than the declaration: add it (`ALTER TABLE {name} ADD COLUMN {first} ..`), or name another database"))
}
