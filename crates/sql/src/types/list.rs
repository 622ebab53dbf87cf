//! `Vec<T>`: an array where the database has them, a JSON document elsewhere.

use super::{Field, Scalar, SqlType};
use crate::error::{Error, Result};
use crate::row::{Row, RowRef, mismatch};
use crate::schema::Type;
use crate::value::{Value, parse_array};

/// What can stand in an array: every scalar but bytes, of which a `Vec` is no array, and lists.
pub trait Element: Scalar {}

impl<T: Element> Field for Vec<T> {
    fn value(&self) -> Value<'_> {
        Value::Array(self.iter().map(|element| element.value().into_owned()).collect())
    }

    fn read(&mut self, row: &dyn RowRef, at: usize) -> Result<()> {
        *self = Self::decode(row, at)?;
        Ok(())
    }
}

impl<T: Element> SqlType for Vec<T> {
    type Sql = Self;
    const TYPE: Type = Type::Array(&T::TYPE);

    fn decode_nullable(row: &dyn RowRef, at: usize) -> Result<Option<Self>> {
        let values = match row.value(at)? {
            Value::Null => return Ok(None),
            Value::Array(values) => values,
            Value::Json(text) | Value::Text(text) => parse_array(&text).ok_or_else(|| no_array(row, at))?.into(),
            other => return Err(mismatch(&row.names()[at], "an array", other.kind())),
        };
        // Each element is read as a column of its own would be, under the name of the array's.
        let name = &row.names()[at];
        let elements = values.iter().map(|value| {
            let element = Row::new(std::iter::once(name.clone()).collect(), [value.clone()]);
            T::decode(&element, 0)
        });
        elements.collect::<Result<_>>().map(Some)
    }
}

impl<T: Element> Scalar for Vec<T> {}

#[cold]
fn no_array(row: &dyn RowRef, at: usize) -> Error {
    mismatch(&row.names()[at], "an array", "a JSON document of another kind")
}

macro_rules! elements { ($($ty:ty),* $(,)?) => { $( impl Element for $ty {} )* } }

elements! { i16, i32, i64, u32, f32, f64, bool, String }
elements! { jiff::civil::Date, jiff::civil::Time, jiff::civil::DateTime, jiff::Timestamp, jiff::SignedDuration }
#[cfg(feature = "uuid")]
elements! { uuid::Uuid }
#[cfg(feature = "decimal")]
elements! { rust_decimal::Decimal }
#[cfg(feature = "chrono")]
elements! { chrono::NaiveDate, chrono::NaiveTime, chrono::NaiveDateTime, chrono::DateTime<chrono::Utc>, chrono::TimeDelta }
#[cfg(feature = "time")]
elements! { time::Date, time::Time, time::PrimitiveDateTime, time::OffsetDateTime, time::Duration }
