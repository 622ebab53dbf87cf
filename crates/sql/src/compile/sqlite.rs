//! SQLite's dialect.
//!
//! Source: <https://www.sqlite.org/lang_keywords.html>, <https://www.sqlite.org/datatype3.html>,
//! <https://www.sqlite.org/limits.html>, "Maximum Number Of Host Parameters In A Single SQL Statement".

use std::borrow::Cow;

use super::dialect::{Dialect, Dml};
use crate::error::Result;
use crate::schema::{ColumnDef, Table, Type};

/// The dialect of SQLite 3.35 and later.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sqlite;

impl Dialect for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn is_reserved(&self, word: &str) -> bool {
        RESERVED.binary_search(&word).is_ok()
    }

    fn type_name(&self, _table: &Table, column: &ColumnDef, generated: bool) -> Result<Cow<'static, str>> {
        // Only `INTEGER` makes a primary key an alias of the rowid, whose values SQLite assigns.
        if generated {
            return Ok("INTEGER".into());
        }
        Ok(match (column.ty, column.length, column.precision) {
            (Type::SmallInt, ..) => "SMALLINT".into(),
            (Type::Integer, ..) => "INTEGER".into(),
            (Type::BigInt, ..) => "BIGINT".into(),
            (Type::Real, ..) => "REAL".into(),
            (Type::Double, ..) => "DOUBLE".into(),
            (Type::Bool, ..) => "BOOLEAN".into(),
            (Type::Text, Some(length), _) => format!("VARCHAR({length})").into(),
            (Type::Text | Type::Enum(_), ..) => "TEXT".into(),
            (Type::Bytes, ..) => "BLOB".into(),
            // What is no number keeps its text under any name; what may be one must have the affinity of text.
            (Type::Uuid, ..) => "UUID".into(),
            (Type::Date, ..) => "DATE".into(),
            (Type::Time, ..) => "TIME".into(),
            (Type::DateTime, ..) => "DATETIME".into(),
            (Type::Timestamp, ..) => "TIMESTAMP".into(),
            (Type::Decimal, ..) => "DECIMAL_TEXT".into(),
            (Type::Json | Type::Array(_), ..) => "JSON_TEXT".into(),
            // In microseconds.
            (Type::Duration, ..) => "BIGINT".into(),
        })
    }

    fn qualifies_indexes(&self) -> bool {
        true
    }

    fn references_schemas(&self) -> bool {
        false
    }

    fn returns(&self, _dml: Dml) -> bool {
        true
    }

    fn max_parameters(&self) -> usize {
        32_766
    }

    fn repeats_inserts(&self) -> bool {
        true
    }

    fn is_lazy(&self) -> bool {
        true
    }

    /// SQLite prepares a statement anew whenever a bare parameter of LIMIT gets another value; an expression spares that.
    fn limit_prefix(&self) -> &'static str {
        "+"
    }

    fn no_limit(&self) -> Option<&'static str> {
        Some("-1")
    }
}

/// The dialect of SQLite, for one that makes tables which hold nothing but what their columns say: `CREATE TABLE .. STRICT`, as
/// SQLite 3.37 and later have it.
///
/// Source: <https://www.sqlite.org/stricttables.html>.
#[derive(Clone, Copy, Debug, Default)]
pub struct StrictSqlite;

impl Dialect for StrictSqlite {
    fn name(&self) -> &'static str {
        Sqlite.name()
    }

    fn is_reserved(&self, word: &str) -> bool {
        Sqlite.is_reserved(word)
    }

    /// The names of what SQLite stores: a strict table takes no others.
    fn type_name(&self, _table: &Table, column: &ColumnDef, generated: bool) -> Result<Cow<'static, str>> {
        Ok(match column.ty {
            _ if generated => "INTEGER".into(),
            Type::SmallInt | Type::Integer | Type::BigInt | Type::Bool | Type::Duration => "INT".into(),
            Type::Real | Type::Double => "REAL".into(),
            Type::Bytes => "BLOB".into(),
            _ => "TEXT".into(),
        })
    }

    fn table_options(&self) -> &'static str {
        " STRICT"
    }

    fn qualifies_indexes(&self) -> bool {
        Sqlite.qualifies_indexes()
    }

    fn references_schemas(&self) -> bool {
        Sqlite.references_schemas()
    }

    fn returns(&self, dml: Dml) -> bool {
        Sqlite.returns(dml)
    }

    fn max_parameters(&self) -> usize {
        Sqlite.max_parameters()
    }

    fn repeats_inserts(&self) -> bool {
        Sqlite.repeats_inserts()
    }

    fn is_lazy(&self) -> bool {
        Sqlite.is_lazy()
    }

    fn limit_prefix(&self) -> &'static str {
        Sqlite.limit_prefix()
    }

    fn no_limit(&self) -> Option<&'static str> {
        Sqlite.no_limit()
    }
}

/// All keywords, since which of them may stand without quotes differs from place to place. Sorted.
const RESERVED: &[&str] = &[
    "abort",
    "action",
    "add",
    "after",
    "all",
    "alter",
    "always",
    "analyze",
    "and",
    "as",
    "asc",
    "attach",
    "autoincrement",
    "before",
    "begin",
    "between",
    "by",
    "cascade",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "commit",
    "conflict",
    "constraint",
    "create",
    "cross",
    "current",
    "current_date",
    "current_time",
    "current_timestamp",
    "database",
    "default",
    "deferrable",
    "deferred",
    "delete",
    "desc",
    "detach",
    "distinct",
    "do",
    "drop",
    "each",
    "else",
    "end",
    "escape",
    "except",
    "exclude",
    "exclusive",
    "exists",
    "explain",
    "fail",
    "filter",
    "first",
    "following",
    "for",
    "foreign",
    "from",
    "full",
    "generated",
    "glob",
    "group",
    "groups",
    "having",
    "if",
    "ignore",
    "immediate",
    "in",
    "index",
    "indexed",
    "initially",
    "inner",
    "insert",
    "instead",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "key",
    "last",
    "left",
    "like",
    "limit",
    "match",
    "materialized",
    "natural",
    "no",
    "not",
    "nothing",
    "notnull",
    "null",
    "nulls",
    "of",
    "offset",
    "on",
    "or",
    "order",
    "others",
    "outer",
    "over",
    "partition",
    "plan",
    "pragma",
    "preceding",
    "primary",
    "query",
    "raise",
    "range",
    "recursive",
    "references",
    "regexp",
    "reindex",
    "release",
    "rename",
    "replace",
    "restrict",
    "returning",
    "right",
    "rollback",
    "row",
    "rows",
    "savepoint",
    "select",
    "set",
    "table",
    "temp",
    "temporary",
    "then",
    "ties",
    "to",
    "transaction",
    "trigger",
    "unbounded",
    "union",
    "unique",
    "update",
    "using",
    "vacuum",
    "values",
    "view",
    "virtual",
    "when",
    "where",
    "window",
    "with",
    "without",
];
