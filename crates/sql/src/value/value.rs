//! A value on its way into the database, or out of it where no field waits for it: `Value`.
//! Knows no column and no dialect; what a value becomes on the wire is the driver's.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp};

use super::uuid::uuid_text;

/// A value as a database knows it; text and bytes may be borrowed from the field that they stand in.
///
/// A database that has no type of its own for one keeps it as the next that it has: SQLite dates as text, say. A value from
/// there is of that type then, and fields read it from both.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Value<'v> {
    /// SQL's NULL.
    Null,
    /// A truth value.
    Bool(bool),
    /// Any signed integer.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// Unicode text.
    Text(Cow<'v, str>),
    /// Bytes.
    Bytes(Cow<'v, [u8]>),
    /// A decimal number of any size, as its digits: `-12.50`. Some databases have `NaN` and `Infinity` too.
    Decimal(Cow<'v, str>),
    /// A UUID, in the order of its text.
    Uuid([u8; 16]),
    /// A day of the calendar.
    Date(Date),
    /// A time of the day.
    Time(Time),
    /// A day and a time of no time zone.
    DateTime(DateTime),
    /// A moment.
    Timestamp(Timestamp),
    /// An elapsed time.
    Duration(SignedDuration),
    /// A JSON document, as its text.
    Json(Cow<'v, str>),
    /// Values of one type, in order. Shared, so that a value is copied and let go of without looking into it.
    Array(Arc<[Value<'static>]>),
}

impl Value<'_> {
    /// Copies what is borrowed.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(bool) => Value::Bool(bool),
            Self::Int(int) => Value::Int(int),
            Self::Float(float) => Value::Float(float),
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Bytes(bytes) => Value::Bytes(Cow::Owned(bytes.into_owned())),
            Self::Decimal(digits) => Value::Decimal(Cow::Owned(digits.into_owned())),
            Self::Json(text) => Value::Json(Cow::Owned(text.into_owned())),
            Self::Array(values) => Value::Array(values),
            Self::Uuid(bytes) => Value::Uuid(bytes),
            Self::Date(date) => Value::Date(date),
            Self::Time(time) => Value::Time(time),
            Self::DateTime(moment) => Value::DateTime(moment),
            Self::Timestamp(moment) => Value::Timestamp(moment),
            Self::Duration(duration) => Value::Duration(duration),
        }
    }

    /// Borrows the value again.
    pub fn reborrow(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(bool) => Value::Bool(*bool),
            Self::Int(int) => Value::Int(*int),
            Self::Float(float) => Value::Float(*float),
            Self::Text(text) => Value::Text(Cow::Borrowed(text)),
            Self::Bytes(bytes) => Value::Bytes(Cow::Borrowed(bytes)),
            Self::Decimal(digits) => Value::Decimal(Cow::Borrowed(digits)),
            Self::Json(text) => Value::Json(Cow::Borrowed(text)),
            Self::Array(values) => Value::Array(Arc::clone(values)),
            Self::Uuid(bytes) => Value::Uuid(*bytes),
            Self::Date(date) => Value::Date(*date),
            Self::Time(time) => Value::Time(*time),
            Self::DateTime(moment) => Value::DateTime(*moment),
            Self::Timestamp(moment) => Value::Timestamp(*moment),
            Self::Duration(duration) => Value::Duration(*duration),
        }
    }

    /// Whether both are the same to the bit: a NaN is the same as itself, and `0.0` is not `-0.0`.
    pub fn is_same(&self, other: &Value<'_>) -> bool {
        match (self, other) {
            (Self::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
            (Self::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(&**b).all(|(a, b)| a.is_same(b)),
            (a, b) => a == b,
        }
    }

    /// The word for an error message, such as `text`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Bool(_) => "a truth value",
            Self::Int(_) => "an integer",
            Self::Float(_) => "a floating-point number",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Decimal(_) => "a decimal number",
            Self::Uuid(_) => "a UUID",
            Self::Date(_) => "a date",
            Self::Time(_) => "a time of the day",
            Self::DateTime(_) => "a date and time",
            Self::Timestamp(_) => "a timestamp",
            Self::Duration(_) => "a duration",
            Self::Json(_) => "JSON",
            Self::Array(_) => "an array",
        }
    }
}

/// As a literal of standard SQL; for people to read, never sent to a database.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("NULL"),
            Self::Bool(true) => f.write_str("TRUE"),
            Self::Bool(false) => f.write_str("FALSE"),
            Self::Int(int) => write!(f, "{int}"),
            Self::Float(float) => write!(f, "{float:?}"),
            Self::Text(text) | Self::Json(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Self::Bytes(bytes) => {
                f.write_str("X'")?;
                bytes.iter().try_for_each(|byte| write!(f, "{byte:02X}"))?;
                f.write_str("'")
            }
            Self::Decimal(digits) => f.write_str(digits),
            Self::Uuid(bytes) => write!(f, "'{}'", uuid_text(bytes)),
            Self::Date(date) => write!(f, "DATE '{date}'"),
            Self::Time(time) => write!(f, "TIME '{time}'"),
            Self::DateTime(moment) => write!(f, "TIMESTAMP '{moment}'"),
            Self::Timestamp(moment) => write!(f, "TIMESTAMP WITH TIME ZONE '{moment}'"),
            Self::Duration(duration) => write!(f, "INTERVAL '{duration}'"),
            Self::Array(values) => {
                f.write_str("ARRAY")?;
                f.debug_list().entries(&**values).finish()
            }
        }
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
