//! From the bytes of a column to a value, by the kind of its type.

use aludel_sql::{Value, uuid_text};

use super::calendar;
use super::cursor::{Cursor, Garbled};
use super::shown::shown;
use crate::kind::Kind;
use crate::numeric;

/// Reads a value.
pub(crate) fn value<'b>(kind: &Kind, bytes: &'b [u8]) -> Result<Value<'b>, Garbled> {
    let mut cursor = Cursor(bytes);
    let value = match kind {
        Kind::Bool => Value::Bool(cursor.u8()? != 0),
        Kind::Int2 => Value::Int(i64::from(cursor.i16()?)),
        Kind::Int4 => Value::Int(i64::from(cursor.i32()?)),
        Kind::Int8 => Value::Int(cursor.i64()?),
        Kind::Oid => Value::Int(i64::from(cursor.u32()?)),
        Kind::Float4 => Value::Float(f64::from(cursor.f32()?)),
        Kind::Float8 => Value::Float(cursor.f64()?),
        Kind::Numeric => return numeric::decode(bytes).map(|digits| Value::Decimal(digits.into())).ok_or(Garbled),
        Kind::Text => return text(bytes).map(|text| Value::Text(text.into())),
        Kind::Bytes | Kind::Other => return Ok(Value::Bytes(bytes.into())),
        Kind::Uuid => Value::Uuid(cursor.uuid()?),
        Kind::Date => calendar::date(cursor.i32()?),
        Kind::Time => calendar::time(cursor.i64()?)?,
        Kind::TimeTz => {
            let time = cursor.i64()?;
            calendar::time_in_zone(time, cursor.i32()?)?
        }
        Kind::DateTime => calendar::moment(cursor.i64()?, false),
        Kind::Timestamp => calendar::moment(cursor.i64()?, true),
        Kind::Interval => {
            let (microseconds, days) = (cursor.i64()?, cursor.i32()?);
            calendar::interval((cursor.i32()?, days), microseconds)
        }
        Kind::Json => return text(bytes).map(|text| Value::Json(text.into())),
        Kind::Jsonb => match bytes.split_first() {
            Some((1, rest)) => return text(rest).map(|text| Value::Json(text.into())),
            _ => return Err(Garbled),
        },
        Kind::Array(element, _) => return array(element, cursor),
        Kind::Shown(what) => return shown(what, cursor, limit).map(|text| Value::Text(text.into())),
    };
    cursor.end(value)
}

fn text(bytes: &[u8]) -> Result<&str, Garbled> {
    std::str::from_utf8(bytes).map_err(|_| Garbled)
}

/// An array; one of more dimensions holds arrays.
fn array<'b>(element: &Kind, mut cursor: Cursor<'b>) -> Result<Value<'b>, Garbled> {
    let dimensions = cursor.count()?;
    let (_has_null, _oid) = (cursor.i32()?, cursor.u32()?);
    if dimensions > 6 {
        return Err(Garbled);
    }
    let mut sizes = [0; 6];
    for size in &mut sizes[..dimensions] {
        (*size, _) = (cursor.count()?, cursor.i32()?);
    }
    let values = match dimensions {
        0 => Vec::new(),
        _ => part(element, &sizes[..dimensions], &mut cursor)?,
    };
    cursor.end(Value::Array(values.into()))
}

fn part(element: &Kind, sizes: &[usize], cursor: &mut Cursor<'_>) -> Result<Vec<Value<'static>>, Garbled> {
    let Some((size, inner)) = sizes.split_first() else { return Err(Garbled) };
    // An element has four bytes at least: a size that lies takes no memory, and no time.
    if *size > cursor.0.len() / 4 {
        return Err(Garbled);
    }
    let mut values = Vec::with_capacity(*size);
    for _nth in 0..*size {
        values.push(match (inner, &mut *cursor) {
            ([], cursor) => cursor.sized()?.map_or(Ok(Value::Null), |bytes| value(element, bytes))?.into_owned(),
            (inner, cursor) => Value::Array(part(element, inner, cursor)?.into()),
        });
    }
    Ok(values)
}

/// A limit of a range, in quotes where it needs them.
fn limit(kind: &Kind, bytes: &[u8]) -> Result<String, Garbled> {
    let text = match value(kind, bytes)? {
        Value::Text(text) | Value::Decimal(text) | Value::Json(text) => text.into_owned(),
        Value::Uuid(bytes) => uuid_text(&bytes),
        Value::Int(int) => int.to_string(),
        Value::Float(float) => float.to_string(),
        other => other.text().unwrap_or_else(|| other.to_string()),
    };
    let is_odd = |letter: char| letter.is_whitespace() || "\"\\()[],".contains(letter);
    Ok(match text.is_empty() || text.contains(is_odd) {
        true => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\"\"")),
        false => text,
    })
}
