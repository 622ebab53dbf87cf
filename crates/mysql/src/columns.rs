//! The columns of a table, as the server's own description has them.

use aludel_sql::{ColumnDef, Error, Result, Row, RowRef, Type};
use mysql_async::Value as Wired;

use crate::line::Line;
use crate::own::rows;

const QUERY: &str = "SELECT column_name, data_type, column_type, is_nullable, column_key, \
    CAST(character_maximum_length AS SIGNED), CAST(numeric_precision AS SIGNED), CAST(numeric_scale AS SIGNED) \
    FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position";

/// The columns of a table of the database that is chosen, in order.
pub(crate) async fn of(line: &mut Line, table: &str) -> Result<Vec<ColumnDef>> {
    let found = rows(line, (QUERY, vec![Wired::Bytes(table.as_bytes().to_vec())])).await?;
    found.iter().map(column).collect()
}

fn column(row: &Row) -> Result<ColumnDef> {
    let text = |at: usize| row.text(at).map(Option::unwrap_or_default);
    let (name, data_type, whole, nullable, key) = (text(0)?, text(1)?, text(2)?, text(3)?, text(4)?);
    let mut column = ColumnDef::new("", declared_type(data_type, whole)).nullable(nullable == "YES");
    column.name = name.to_owned().into();
    column.primary_key = key == "PRI";
    column.unique = key == "UNI";
    if data_type == "varchar" || data_type == "char" {
        column.length = row.int(5)?.and_then(|length| u32::try_from(length).ok());
    }
    if column.ty == Type::Decimal {
        let part = |at: usize| -> Result<u8, Error> { Ok(row.int(at)?.and_then(|digits| u8::try_from(digits).ok()).unwrap_or(0)) };
        column.precision = Some((part(6)?, part(7)?));
    }
    Ok(column)
}

/// What a declared type means.
fn declared_type(data_type: &str, whole: &str) -> Type {
    match data_type {
        "tinyint" if whole.starts_with("tinyint(1)") => Type::Bool,
        "tinyint" | "smallint" | "year" => Type::SmallInt,
        "mediumint" | "int" => Type::Integer,
        "bigint" => Type::BigInt,
        "float" => Type::Real,
        "double" => Type::Double,
        "decimal" => Type::Decimal,
        "binary" if whole == "binary(16)" => Type::Uuid,
        "uuid" => Type::Uuid,
        "date" => Type::Date,
        "time" => Type::Time,
        "datetime" => Type::DateTime,
        "timestamp" => Type::Timestamp,
        "json" => Type::Json,
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "enum" | "set" => Type::Text,
        _ => Type::Bytes,
    }
}
