//! What the types share that are read as a whole value, whatever a database keeps them as.

use crate::error::Result;
use crate::row::{RowRef, mismatch};
use crate::value::Value;

/// Reads a value that may be kept in several ways; `convert` takes none that does not fit.
pub(super) fn read<T>(row: &dyn RowRef, at: usize, expected: &str, convert: impl FnOnce(&Value<'_>) -> Option<T>) -> Result<Option<T>> {
    match row.value(at)? {
        Value::Null => Ok(None),
        value => convert(&value).map(Some).ok_or_else(|| mismatch(&row.names()[at], expected, value.kind())),
    }
}

/// Implements what a column needs for types that are read by [`read`].
macro_rules! stored { ($($ty:ty, $sql:expr, $expected:literal, |$field:ident| $value:expr, |$found:ident| $convert:expr;)*) => { $(
    impl $crate::types::Field for $ty {
        fn value(&self) -> $crate::value::Value<'_> {
            let $field = self;
            $value
        }
        fn read(&mut self, row: &dyn $crate::row::RowRef, at: usize) -> $crate::error::Result<()> {
            *self = <Self as $crate::types::SqlType>::decode(row, at)?;
            Ok(())
        }
    }
    impl $crate::types::SqlType for $ty {
        type Sql = Self;
        const TYPE: $crate::schema::Type = $sql;
        fn decode_nullable(row: &dyn $crate::row::RowRef, at: usize) -> $crate::error::Result<Option<Self>> {
            $crate::types::stored::read(row, at, $expected, |$found| $convert)
        }
    }
    impl $crate::types::Scalar for $ty {}
)* } }

pub(super) use stored;
