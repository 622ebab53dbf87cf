//! The columns of a table and of a constraint, from the server's catalog.

use aludel_sql::{ColumnDef, Integrity, Result, Type};
use tokio_postgres::types::Type as ServerType;

use crate::errors::from_driver;
use crate::link::Link;

/// Finds a table along the `search_path`, or in the schema that its name says.
const COLUMNS: &str = "\
SELECT a.attname::text, format_type(a.atttypid, NULL), a.attnotnull, coalesce(a.attnum = ANY (i.indkey), false)
FROM pg_catalog.pg_attribute a
LEFT JOIN pg_catalog.pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum";

/// The columns of a table; none if there is no such table.
pub(crate) async fn columns(link: &Link, table: &str) -> Result<Vec<ColumnDef>> {
    let name = table.split('.').map(|part| format!("\"{}\"", part.replace('"', "\"\""))).collect::<Vec<_>>().join(".");
    let rows = link.client().query_typed(COLUMNS, &[(&name, ServerType::TEXT)]).await.map_err(from_driver)?;
    let column = |row: &tokio_postgres::Row| -> Result<ColumnDef> {
        let (name, declared): (String, String) = (row.try_get(0).map_err(from_driver)?, row.try_get(1).map_err(from_driver)?);
        let (not_null, key): (bool, bool) = (row.try_get(2).map_err(from_driver)?, row.try_get(3).map_err(from_driver)?);
        let mut column = ColumnDef::new("", declared_type(&declared)).nullable(!not_null);
        column.name = name.into();
        column.primary_key = key;
        Ok(column)
    };
    rows.iter().map(column).collect()
}

/// The columns of a constraint, in its order; of several tables of one name, the one that the `search_path` finds.
const KEY: &str = "\
SELECT a.attname::text
FROM pg_catalog.pg_constraint k
CROSS JOIN LATERAL unnest(k.conkey) WITH ORDINALITY AS place (attnum, nth)
JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = place.attnum
WHERE k.oid = (
    SELECT o.oid FROM pg_catalog.pg_constraint o JOIN pg_catalog.pg_class c ON c.oid = o.conrelid
    WHERE o.conname = $1 AND c.relname = $2 ORDER BY pg_table_is_visible(c.oid) DESC, o.oid LIMIT 1)
ORDER BY place.nth";

/// Names the columns of a violated foreign key, where the server has told those that it points at instead.
pub(crate) async fn key_columns(link: &Link, integrity: &Integrity) -> Vec<String> {
    let (Some(name), Some(table)) = (&integrity.constraint, &integrity.table) else { return Vec::new() };
    let found = link.client().query_typed(KEY, &[(name, ServerType::TEXT), (table, ServerType::TEXT)]).await;
    // What fails here is no better known than before.
    found.unwrap_or_default().iter().filter_map(|row| row.try_get(0).ok()).collect()
}

/// What a declared type means; those of arrays are not told apart.
fn declared_type(declared: &str) -> Type {
    match declared {
        "smallint" => Type::SmallInt,
        "integer" => Type::Integer,
        "bigint" | "oid" => Type::BigInt,
        "real" => Type::Real,
        "double precision" => Type::Double,
        "boolean" => Type::Bool,
        "bytea" => Type::Bytes,
        "numeric" => Type::Decimal,
        "uuid" => Type::Uuid,
        "date" => Type::Date,
        "time without time zone" => Type::Time,
        "timestamp without time zone" => Type::DateTime,
        "timestamp with time zone" => Type::Timestamp,
        "interval" => Type::Duration,
        "json" | "jsonb" => Type::Json,
        other => match other.strip_suffix("[]").map(declared_type) {
            Some(element) => Type::Array(array_element(element)),
            None => Type::Text,
        },
    }
}

fn array_element(element: Type) -> &'static Type {
    match element {
        Type::SmallInt => &Type::SmallInt,
        Type::Integer => &Type::Integer,
        Type::BigInt => &Type::BigInt,
        Type::Real => &Type::Real,
        Type::Double => &Type::Double,
        Type::Bool => &Type::Bool,
        Type::Bytes => &Type::Bytes,
        Type::Decimal => &Type::Decimal,
        Type::Uuid => &Type::Uuid,
        Type::Date => &Type::Date,
        Type::Time => &Type::Time,
        Type::DateTime => &Type::DateTime,
        Type::Timestamp => &Type::Timestamp,
        Type::Duration => &Type::Duration,
        Type::Json => &Type::Json,
        _ => &Type::Text,
    }
}
