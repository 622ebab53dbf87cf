//! `Line`: the row that a statement stands on, read from the wire's bytes straight into fields.

use std::sync::Arc;

use aludel_sql::row::{exact, mismatch};
use aludel_sql::{Error, Result, RowRef, Value};
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};

use crate::decode::{Cursor, Garbled, value};
use crate::errors::protocol;
use crate::kind::Kind;
use crate::prepared::Prepared;

/// A row as it came.
pub(crate) struct Line<'r> {
    pub(crate) row: &'r Row,
    pub(crate) prepared: &'r Prepared,
}

/// The bytes of a column.
struct Bytes<'b>(&'b [u8]);

impl<'b> FromSql<'b> for Bytes<'b> {
    fn from_sql(_ty: &Type, raw: &'b [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(raw))
    }

    fn accepts(_ty: &Type) -> bool {
        true
    }
}

impl Line<'_> {
    fn bytes(&self, at: usize) -> Option<&[u8]> {
        self.row.try_get::<_, Option<Bytes<'_>>>(at).ok().flatten().map(|bytes| bytes.0)
    }

    fn kind(&self, at: usize) -> &Kind {
        &self.prepared.columns[at]
    }

    /// Reads a value by its kind; `read` says none to a kind that it does not read.
    fn read<'s, T>(
        &'s self,
        at: usize,
        expected: &str,
        read: impl FnOnce(&Kind, Cursor<'s>) -> Option<Result<T, Garbled>>,
    ) -> Result<Option<T>> {
        let Some(bytes) = self.bytes(at) else { return Ok(None) };
        match read(self.kind(at), Cursor(bytes)) {
            Some(Ok(value)) => Ok(Some(value)),
            Some(Err(Garbled)) => Err(self.garbled(at)),
            None => Err(self.mismatch(at, expected)),
        }
    }

    #[cold]
    fn mismatch(&self, at: usize, expected: &str) -> Error {
        let (column, kind) = (&self.prepared.names[at], self.kind(at));
        let error = mismatch(column, expected, kind.word());
        match kind {
            Kind::Shown(_) | Kind::Other => {
                error.hint(format!("the column's type is `{}`: `CAST({column} AS TEXT)` in the query returns text", self.type_name(at)))
            }
            Kind::Numeric => error.hint("sums and averages of integers are decimal numbers in PostgreSQL: write `CAST(sum(..) AS BIGINT)`"),
            _ => error,
        }
    }

    #[cold]
    fn garbled(&self, at: usize) -> Error {
        protocol(format_args!("column `{}` holds what is no `{}`", self.prepared.names[at], self.type_name(at)))
    }

    fn type_name(&self, at: usize) -> &str {
        self.row.columns().get(at).map_or("?", |column| column.type_().name())
    }
}

impl RowRef for Line<'_> {
    fn names(&self) -> &Arc<[Box<str>]> {
        &self.prepared.names
    }

    fn int(&self, at: usize) -> Result<Option<i64>> {
        self.read(at, "an integer", |kind, cursor| integer(kind, cursor))
    }

    fn float(&self, at: usize) -> Result<Option<f64>> {
        let read = |kind: &Kind, mut cursor: Cursor<'_>| match kind {
            Kind::Float8 => Some(cursor.f64()),
            Kind::Float4 => Some(cursor.f32().map(f64::from)),
            kind => match integer(kind, cursor)? {
                Ok(int) => exact(int).then_some(Ok(int as f64)),
                Err(garbled) => Some(Err(garbled)),
            },
        };
        self.read(at, "a floating-point number", read)
    }

    fn bool(&self, at: usize) -> Result<Option<bool>> {
        self.read(at, "a truth value", |kind, mut cursor| (*kind == Kind::Bool).then(|| cursor.u8().map(|byte| byte != 0)))
    }

    fn text(&self, at: usize) -> Result<Option<&str>> {
        self.read(at, "text", |kind, cursor| (*kind == Kind::Text).then(|| std::str::from_utf8(cursor.0).map_err(|_| Garbled)))
    }

    fn bytes(&self, at: usize) -> Result<Option<&[u8]>> {
        self.read(at, "bytes", |kind, cursor| (*kind == Kind::Bytes).then_some(Ok(cursor.0)))
    }

    fn value(&self, at: usize) -> Result<Value<'_>> {
        match self.bytes(at) {
            Some(bytes) => value(self.kind(at), bytes).map_err(|Garbled| self.garbled(at)),
            None => Ok(Value::Null),
        }
    }
}

fn integer(kind: &Kind, mut cursor: Cursor<'_>) -> Option<Result<i64, Garbled>> {
    Some(match kind {
        Kind::Int8 => cursor.i64(),
        Kind::Int4 => cursor.i32().map(i64::from),
        Kind::Int2 => cursor.i16().map(i64::from),
        Kind::Oid => cursor.u32().map(i64::from),
        _ => return None,
    })
}
