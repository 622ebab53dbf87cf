//! Values on their way to the server, in binary, as the type that the server has found for their place. What does not fit is
//! refused by the names of the kinds: nothing is rounded or cut in silence.

use std::fmt;

use aludel_sql::{Error, ErrorKind, Value};
use bytes::{BufMut, BytesMut};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use tokio_postgres::types::{Format, IsNull, ToSql, Type};

use crate::kind::Kind;
use crate::numeric;

type Refused = Box<dyn std::error::Error + Sync + Send>;
type Encoded = Result<IsNull, Refused>;

/// A value on its way to a parameter.
pub(crate) struct Bind<'v> {
    pub(crate) value: &'v Value<'v>,
    pub(crate) kind: &'v Kind,
}

/// The values of one column of many rows, on their way to a parameter that is an array.
pub(crate) struct ColumnOf<'v> {
    /// The values of all columns, row by row.
    pub(crate) values: &'v [Value<'v>],
    pub(crate) column: usize,
    pub(crate) columns: usize,
    pub(crate) kind: &'v Kind,
}

/// What is logged of a value: nothing.
impl fmt::Debug for Bind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

impl fmt::Debug for ColumnOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

impl ToSql for Bind<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Encoded {
        if let (Value::Text(text), Format::Text) = (self.value, self.encode_format(ty)) {
            out.put_slice(text.as_bytes());
            return Ok(IsNull::No);
        }
        one(self.value, self.kind, out).map_err(|refusal| refused(&refusal, self.value, ty))
    }

    fn accepts(_ty: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> Encoded {
        self.to_sql(ty, out)
    }

    fn encode_format(&self, _ty: &Type) -> Format {
        match self.value {
            Value::Text(_) if self.kind.reads_text() => Format::Text,
            _ => Format::Binary,
        }
    }
}

impl ToSql for ColumnOf<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Encoded {
        let Kind::Array(element, oid) = self.kind else { return Err(refused(&Refusal::Kind, &Value::Null, ty)) };
        let values = || self.values.iter().skip(self.column).step_by(self.columns);
        header(out, &[values().len()], (values().any(|value| *value == Value::Null), *oid))
            .map_err(|refusal| refused(&refusal, &Value::Null, ty))?;
        for value in values() {
            sized(out, |out| one(value, element, out)).map_err(|refusal| refused(&refusal, value, ty))?;
        }
        Ok(IsNull::No)
    }

    fn accepts(_ty: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> Encoded {
        self.to_sql(ty, out)
    }
}

/// Writes a value behind its length, as it stands in a row of a COPY.
pub(crate) fn field(out: &mut BytesMut, (value, kind): (&Value<'_>, &Kind), (ty, column): (&Type, &str)) -> aludel_sql::Result {
    sized(out, |out| one(value, kind, out)).map_err(|refusal| unfit(&refusal, value, ty).of_column(column))
}

/// Why a value does not fit.
enum Refusal {
    /// It is of another kind.
    Kind,
    /// It is a number that the type does not hold.
    Range,
    /// It is a decimal number that is not written in digits, or too long.
    Digits,
    /// Its rows are not equally long, or it is longer than the wire allows.
    Size,
}

#[cold]
fn refused(refusal: &Refusal, value: &Value<'_>, ty: &Type) -> Refused {
    Box::new(unfit(refusal, value, ty))
}

#[cold]
fn unfit(refusal: &Refusal, value: &Value<'_>, ty: &Type) -> Error {
    // The name of an array's type begins with an underscore.
    let name = &*ty.name().strip_prefix('_').map_or_else(|| ty.name().to_owned(), |element| format!("{element}[]"));
    let kind = value.kind();
    let message = match refusal {
        Refusal::Kind => format!("{kind} is bound where PostgreSQL expects `{name}`"),
        Refusal::Range => format!("{kind} is bound that is out of range for `{name}`"),
        Refusal::Digits => {
            format!("a decimal number is bound where PostgreSQL expects `{name}`, and is not written in digits, or in too many")
        }
        Refusal::Size => "an array is bound that is too large, or whose parts are not equally long".to_owned(),
    };
    let error = Error::new(ErrorKind::Data { column: None }, message);
    match (refusal, cast(value)) {
        (Refusal::Kind, Some(target)) => error.hint(format!(
            "bind a value of the column's type, or write `CAST(:name AS {target})` in raw SQL, so that the database converts it"
        )),
        (Refusal::Range, Some(target)) if target != name => {
            error.hint(format!("check the number first, or write `CAST(:name AS {target})` in raw SQL where a larger one is meant"))
        }
        (_, None) => error.hint("all values of an array are of the type of its column; parts of one are equally long"),
        _ => error.hint("check the value first"),
    }
}

/// The type whose parameter takes such a value.
fn cast(value: &Value<'_>) -> Option<&'static str> {
    Some(match value {
        Value::Bool(_) => "BOOLEAN",
        Value::Int(_) => "BIGINT",
        Value::Float(_) => "DOUBLE PRECISION",
        Value::Text(_) => "TEXT",
        Value::Bytes(_) => "BYTEA",
        Value::Decimal(_) => "NUMERIC",
        Value::Uuid(_) => "UUID",
        Value::Date(_) => "DATE",
        Value::Time(_) => "TIME",
        Value::DateTime(_) => "TIMESTAMP",
        Value::Timestamp(_) => "TIMESTAMPTZ",
        Value::Duration(_) => "INTERVAL",
        Value::Json(_) => "JSONB",
        _ => return None,
    })
}

/// Writes a value. // tidy: table
fn one(value: &Value<'_>, kind: &Kind, out: &mut BytesMut) -> Result<IsNull, Refusal> {
    match (value, kind) {
        (Value::Null, _) => return Ok(IsNull::Yes),
        (Value::Bool(bool), Kind::Bool) => out.put_u8(u8::from(*bool)),
        (Value::Int(int), kind) => return integer(*int, kind, out),
        (Value::Float(float), Kind::Float8) => out.put_f64(*float),
        (Value::Float(float), Kind::Float4) => {
            let narrow = *float as f32;
            if narrow.is_infinite() && float.is_finite() {
                return Err(Refusal::Range);
            }
            out.put_f32(narrow);
        }
        (Value::Float(float), Kind::Numeric) => numeric::encode(&decimal(*float), out).ok_or(Refusal::Range)?,
        (Value::Text(text), Kind::Text) => out.put_slice(text.as_bytes()),
        (Value::Text(text) | Value::Json(text), Kind::Json) => out.put_slice(text.as_bytes()),
        (Value::Text(text) | Value::Json(text), Kind::Jsonb) => {
            out.put_u8(1);
            out.put_slice(text.as_bytes());
        }
        (Value::Bytes(bytes), Kind::Bytes | Kind::Other) => out.put_slice(bytes),
        (Value::Decimal(digits), Kind::Numeric) => numeric::encode(digits, out).ok_or(Refusal::Digits)?,
        (Value::Uuid(bytes), Kind::Uuid) => out.put_slice(bytes),
        (Value::Date(date), Kind::Date) => out.put_i32(days(*date)),
        (Value::Time(time), Kind::Time) => out.put_i64(microseconds(*time)),
        (Value::DateTime(moment), Kind::DateTime) => out.put_i64(moment_of(*moment)),
        (Value::Timestamp(moment), Kind::Timestamp) => out.put_i64(moment_of(TimeZone::UTC.to_datetime(*moment))),
        (Value::Duration(duration), Kind::Interval) => {
            out.put_i64(i64::try_from(duration.as_micros()).map_err(|_| Refusal::Range)?);
            out.put_i64(0);
        }
        (Value::Array(values), Kind::Array(element, oid)) => return array(values, (element, *oid), out),
        _ => return Err(Refusal::Kind),
    }
    Ok(IsNull::No)
}

fn integer(int: i64, kind: &Kind, out: &mut BytesMut) -> Result<IsNull, Refusal> {
    if kind.integers().is_some_and(|range| !range.contains(&int)) {
        return Err(Refusal::Range);
    }
    match kind {
        Kind::Int2 => out.put_i16(int as i16),
        Kind::Int4 => out.put_i32(int as i32),
        Kind::Int8 => out.put_i64(int),
        Kind::Oid => out.put_u32(int as u32),
        Kind::Numeric => numeric::encode(&int.to_string(), out).ok_or(Refusal::Range)?,
        Kind::Float8 if int.unsigned_abs() <= 1 << f64::MANTISSA_DIGITS => out.put_f64(int as f64),
        Kind::Float4 if int.unsigned_abs() <= 1 << f32::MANTISSA_DIGITS => out.put_f32(int as f32),
        Kind::Float8 | Kind::Float4 => return Err(Refusal::Range),
        _ => return Err(Refusal::Kind),
    }
    Ok(IsNull::No)
}

/// The shortest digits that mean this number and no other.
fn decimal(float: f64) -> String {
    match float {
        float if float.is_nan() => "NaN".to_owned(),
        f64::INFINITY => "Infinity".to_owned(),
        f64::NEG_INFINITY => "-Infinity".to_owned(),
        float => float.to_string(),
    }
}

/// The day that PostgreSQL counts from.
const EPOCH: Date = Date::constant(2000, 1, 1);

fn days(date: Date) -> i32 {
    date.duration_since(EPOCH).as_hours().div_euclid(24) as i32
}

fn microseconds(time: Time) -> i64 {
    time.duration_since(Time::midnight()).as_micros() as i64
}

fn moment_of(moment: DateTime) -> i64 {
    i64::from(days(moment.date())) * 86_400_000_000 + microseconds(moment.time())
}

fn array(values: &[Value<'_>], element: (&Kind, u32), out: &mut BytesMut) -> Result<IsNull, Refusal> {
    let mut sizes = Vec::new();
    measure(values, 0, &mut sizes)?;
    let has_null = has_null(values);
    if sizes.contains(&0) {
        sizes.clear();
    }
    header(out, &sizes, (has_null, element.1))?;
    elements(values, element.0, out)?;
    Ok(IsNull::No)
}

/// How long the array is in each of its dimensions; its parts must be equally long.
fn measure(values: &[Value<'_>], depth: usize, sizes: &mut Vec<usize>) -> Result<(), Refusal> {
    match sizes.get(depth) {
        // PostgreSQL's own limit.
        None if depth == 6 => return Err(Refusal::Size),
        None => sizes.push(values.len()),
        Some(size) if *size != values.len() => return Err(Refusal::Size),
        Some(_) => {}
    }
    let nested = values.iter().filter(|value| matches!(value, Value::Array(_))).count();
    if nested != 0 && nested != values.len() || nested == 0 && !values.is_empty() && sizes.len() > depth + 1 {
        return Err(Refusal::Size);
    }
    values.iter().try_for_each(|value| match value {
        Value::Array(values) => measure(values, depth + 1, sizes),
        _ => Ok(()),
    })
}

fn has_null(values: &[Value<'_>]) -> bool {
    values.iter().any(|value| match value {
        Value::Array(values) => has_null(values),
        value => *value == Value::Null,
    })
}

fn elements(values: &[Value<'_>], element: &Kind, out: &mut BytesMut) -> Result<(), Refusal> {
    values.iter().try_for_each(|value| match value {
        Value::Array(values) => elements(values, element, out),
        value => sized(out, |out| one(value, element, out)),
    })
}

fn header(out: &mut BytesMut, sizes: &[usize], (has_null, oid): (bool, u32)) -> Result<(), Refusal> {
    out.put_i32(sizes.len() as i32);
    out.put_i32(i32::from(has_null));
    out.put_u32(oid);
    for size in sizes {
        out.put_i32(i32::try_from(*size).map_err(|_| Refusal::Size)?);
        // Counted from one.
        out.put_i32(1);
    }
    Ok(())
}

/// Writes something behind its length.
fn sized(out: &mut BytesMut, write: impl FnOnce(&mut BytesMut) -> Result<IsNull, Refusal>) -> Result<(), Refusal> {
    let start = out.len();
    out.put_i32(-1);
    if let IsNull::No = write(out)? {
        let length = i32::try_from(out.len() - start - 4).map_err(|_| Refusal::Size)?;
        out[start..start + 4].copy_from_slice(&length.to_be_bytes());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
