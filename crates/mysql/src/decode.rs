//! `Stand`: the row that a statement stands on, read by the types of its columns. What a server sends may be anything: what
//! does not fit is an error that names the column.

use std::borrow::Cow;
use std::sync::Arc;

use aludel_sql::row::{exact, mismatch, out_of_range};
use aludel_sql::{Error, Result, RowRef, Value};
use mysql_async::consts::{ColumnFlags, ColumnType};
use mysql_async::{Column, Row, Value as Wire};

use crate::moment;

/// The character set of what is no text.
const BINARY: u16 = 63;

/// The scale of a DECIMAL whose declaration names none: its trailing zeros say nothing.
const WIDEST_SCALE: u8 = 30;

/// The row that a statement stands on.
pub(crate) struct Stand<'r> {
    pub(crate) names: &'r Arc<[Box<str>]>,
    pub(crate) row: &'r Row,
}

/// What a column holds, as its type says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Int,
    Float,
    Decimal,
    Date,
    DateTime,
    Timestamp,
    Time,
    Bits,
    Json,
    Text,
    Bytes,
}

impl Holds {
    fn of(column: &Column) -> Self {
        match column.column_type() {
            ColumnType::MYSQL_TYPE_TINY
            | ColumnType::MYSQL_TYPE_SHORT
            | ColumnType::MYSQL_TYPE_INT24
            | ColumnType::MYSQL_TYPE_LONG
            | ColumnType::MYSQL_TYPE_LONGLONG
            | ColumnType::MYSQL_TYPE_YEAR => Self::Int,
            ColumnType::MYSQL_TYPE_FLOAT | ColumnType::MYSQL_TYPE_DOUBLE => Self::Float,
            ColumnType::MYSQL_TYPE_DECIMAL | ColumnType::MYSQL_TYPE_NEWDECIMAL => Self::Decimal,
            ColumnType::MYSQL_TYPE_DATE | ColumnType::MYSQL_TYPE_NEWDATE => Self::Date,
            ColumnType::MYSQL_TYPE_DATETIME | ColumnType::MYSQL_TYPE_DATETIME2 => Self::DateTime,
            ColumnType::MYSQL_TYPE_TIMESTAMP | ColumnType::MYSQL_TYPE_TIMESTAMP2 => Self::Timestamp,
            ColumnType::MYSQL_TYPE_TIME | ColumnType::MYSQL_TYPE_TIME2 => Self::Time,
            ColumnType::MYSQL_TYPE_BIT => Self::Bits,
            ColumnType::MYSQL_TYPE_JSON => Self::Json,
            ColumnType::MYSQL_TYPE_GEOMETRY => Self::Bytes,
            _ if column.flags().intersects(ColumnFlags::ENUM_FLAG | ColumnFlags::SET_FLAG) => Self::Text,
            _ if column.character_set() == BINARY => Self::Bytes,
            _ => Self::Text,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Int => "an integer",
            Self::Float => "a floating-point number",
            Self::Decimal => "a decimal number",
            Self::Date => "a date",
            Self::DateTime => "a date and time",
            Self::Timestamp => "a timestamp",
            Self::Time => "a time",
            Self::Bits => "bits",
            Self::Json => "JSON",
            Self::Text => "text",
            Self::Bytes => "bytes",
        }
    }
}

impl Stand<'_> {
    /// The value and what its column holds; `None` for NULL.
    fn at(&self, at: usize) -> Result<Option<(&Wire, Holds)>> {
        match (self.row.as_ref(at), self.row.columns_ref().get(at)) {
            (Some(Wire::NULL), Some(_)) => Ok(None),
            (Some(value), Some(column)) => Ok(Some((value, Holds::of(column)))),
            _ => Err(self.garbled(at)),
        }
    }

    #[cold]
    fn wrong<T>(&self, at: usize, expected: &str, holds: Holds) -> Result<T> {
        Err(mismatch(&self.names[at], expected, holds.word()))
    }

    #[cold]
    fn garbled(&self, at: usize) -> Error {
        let column = self.names.get(at).map_or("", |name| name);
        Error::data(column, format!("column `{column}` holds what is no value of its type"))
    }

    /// An integer, from whichever protocol.
    fn integer(&self, at: usize, value: &Wire) -> Result<i128> {
        match value {
            Wire::Int(int) => Ok(i128::from(*int)),
            Wire::UInt(int) => Ok(i128::from(*int)),
            Wire::Bytes(digits) => self.digits(at, digits)?.parse().map_err(|_not_a_number| self.garbled(at)),
            _ => Err(self.garbled(at)),
        }
    }

    fn number(&self, at: usize, value: &Wire) -> Result<f64> {
        match value {
            Wire::Float(float) => Ok(f64::from(*float)),
            Wire::Double(float) => Ok(*float),
            Wire::Bytes(digits) => self.digits(at, digits)?.parse().map_err(|_not_a_number| self.garbled(at)),
            _ => Err(self.garbled(at)),
        }
    }

    fn digits<'b>(&self, at: usize, bytes: &'b [u8]) -> Result<&'b str> {
        std::str::from_utf8(bytes).map_err(|_not_utf8| self.garbled(at))
    }

    fn utf8<'b>(&self, at: usize, bytes: &'b [u8]) -> Result<&'b str> {
        let column = &self.names[at];
        std::str::from_utf8(bytes).map_err(|_not_utf8| Error::data(&**column, format!("column `{column}` holds text that is not UTF-8")))
    }

    fn raw<'b>(&self, at: usize, value: &'b Wire) -> Result<&'b [u8]> {
        match value {
            Wire::Bytes(bytes) => Ok(bytes),
            _ => Err(self.garbled(at)),
        }
    }

    /// Bits as a number, if they are at most 63; their order is that of bytes on the wire.
    fn bits(&self, at: usize, value: &Wire) -> Result<Option<i64>> {
        let bytes = self.raw(at, value)?;
        let number = bytes.iter().try_fold(0_i64, |sum, byte| sum.checked_mul(256)?.checked_add(i64::from(*byte)));
        Ok(number)
    }

    /// A DECIMAL as its digits; those that nobody has declared are left out.
    fn decimal<'b>(&self, at: usize, value: &'b Wire) -> Result<&'b str> {
        let digits = self.digits(at, self.raw(at, value)?)?;
        let scale = self.row.columns_ref().get(at).map_or(0, Column::decimals);
        Ok(match scale == WIDEST_SCALE && digits.contains('.') {
            true => digits.trim_end_matches('0').trim_end_matches('.'),
            false => digits,
        })
    }

    fn held(&self, at: usize, value: &Wire, holds: Holds) -> Result<Value<'_>> {
        Ok(match (holds, value) {
            (Holds::Date, Wire::Date(..)) => moment::day(value),
            (Holds::DateTime, Wire::Date(..)) => moment::datetime(value),
            (Holds::Timestamp, Wire::Date(..)) => moment::timestamp(value),
            (Holds::Time, Wire::Time(..)) => moment::time(value),
            // The text protocol has texts for them.
            (Holds::Date | Holds::DateTime | Holds::Timestamp | Holds::Time, _) => {
                Value::Text(Cow::Owned(self.utf8(at, self.raw(at, value)?)?.to_owned()))
            }
            _ => return Err(self.garbled(at)),
        })
    }
}

impl RowRef for Stand<'_> {
    fn names(&self) -> &Arc<[Box<str>]> {
        self.names
    }

    fn int(&self, at: usize) -> Result<Option<i64>> {
        let wide = match self.at(at)? {
            None => return Ok(None),
            Some((value, Holds::Int)) => self.integer(at, value)?,
            Some((value, Holds::Bits)) => self.bits(at, value)?.map_or(i128::MAX, i128::from),
            // Sums of integers are DECIMALs without a fraction.
            Some((value, Holds::Decimal)) if !self.decimal(at, value)?.contains('.') => {
                self.decimal(at, value)?.parse().map_err(|_not_a_number| self.garbled(at))?
            }
            Some((_, holds)) => return self.wrong(at, "an integer", holds),
        };
        i64::try_from(wide).map(Some).map_err(|_range| out_of_range(self, at, "a signed integer of 64 bits"))
    }

    fn float(&self, at: usize) -> Result<Option<f64>> {
        match self.at(at)? {
            None => Ok(None),
            Some((value, Holds::Float)) => self.number(at, value).map(Some),
            Some((value, Holds::Int)) => match i64::try_from(self.integer(at, value)?) {
                Ok(int) if exact(int) => Ok(Some(int as f64)),
                _ => Err(out_of_range(self, at, "a floating-point number that holds it exactly")),
            },
            Some((_, holds)) => self.wrong(at, "a floating-point number", holds),
        }
    }

    fn bool(&self, at: usize) -> Result<Option<bool>> {
        let number = match self.at(at)? {
            None => return Ok(None),
            Some((value, Holds::Int)) => self.integer(at, value)?,
            Some((value, Holds::Bits)) => self.bits(at, value)?.map_or(i128::MAX, i128::from),
            Some((_, holds)) => return self.wrong(at, "a truth value", holds),
        };
        match number {
            0 => Ok(Some(false)),
            1 => Ok(Some(true)),
            _ => self.wrong(at, "a truth value", Holds::Int),
        }
    }

    fn text(&self, at: usize) -> Result<Option<&str>> {
        match self.at(at)? {
            None => Ok(None),
            Some((value, Holds::Text | Holds::Json)) => self.utf8(at, self.raw(at, value)?).map(Some),
            Some((_, holds)) => self.wrong(at, "text", holds),
        }
    }

    fn bytes(&self, at: usize) -> Result<Option<&[u8]>> {
        match self.at(at)? {
            None => Ok(None),
            Some((value, Holds::Bytes | Holds::Bits)) => self.raw(at, value).map(Some),
            Some((_, holds)) => self.wrong(at, "bytes", holds),
        }
    }

    fn value(&self, at: usize) -> Result<Value<'_>> {
        let Some((value, holds)) = self.at(at)? else { return Ok(Value::Null) };
        Ok(match holds {
            Holds::Int => {
                let int = self.integer(at, value)?;
                i64::try_from(int).map_or_else(|_range| Value::Decimal(Cow::Owned(int.to_string())), Value::Int)
            }
            Holds::Float => Value::Float(self.number(at, value)?),
            Holds::Decimal => Value::Decimal(Cow::Borrowed(self.decimal(at, value)?)),
            Holds::Bits => match self.bits(at, value)? {
                Some(number) => Value::Int(number),
                None => Value::Bytes(Cow::Borrowed(self.raw(at, value)?)),
            },
            Holds::Json => Value::Json(Cow::Borrowed(self.utf8(at, self.raw(at, value)?)?)),
            Holds::Text => Value::Text(Cow::Borrowed(self.utf8(at, self.raw(at, value)?)?)),
            Holds::Bytes => Value::Bytes(Cow::Borrowed(self.raw(at, value)?)),
            Holds::Date | Holds::DateTime | Holds::Timestamp | Holds::Time => self.held(at, value, holds)?,
        })
    }
}
