//! What is wrong with a value is found before anything is sent; and what such errors say.

use super::Dialect;
use crate::ast::DEEPEST;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{ColumnDef, Table};
use crate::types::Target;
use crate::value::Value;

/// Checks a value that is sent: the length of a text in Unicode characters against that of its column, that it holds no NUL
/// character, which no database but SQLite keeps, and SQLite's own tools cut the text at; the digits of a decimal number; that a
/// time is one that every database keeps.
///
/// # Errors
/// [`ErrorKind::Data`](crate::ErrorKind::Data) naming the column.
#[inline]
pub fn check_value(value: &Value<'_>, column: Option<&ColumnDef>) -> Result {
    match value {
        Value::Text(text) => check(text, column),
        Value::Json(text) if text.is_empty() => Err(refused(column, "the value cannot be written as JSON")),
        Value::Json(_) => Ok(()),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Bytes(_) | Value::Uuid(_) => Ok(()),
        other => check_other(other, column),
    }
}

fn check_other(value: &Value<'_>, column: Option<&ColumnDef>) -> Result {
    match value {
        Value::Decimal(digits) => check_digits(digits, column),
        Value::Array(values) => values.iter().try_for_each(|value| check_value(value, column)),
        Value::Date(date) => check_moment(date.year(), 0, column),
        Value::Time(time) => check_moment(1, time.subsec_nanosecond(), column),
        Value::DateTime(moment) => check_moment(moment.year(), moment.subsec_nanosecond(), column),
        Value::Timestamp(moment) => {
            // In UTC the year 1 begins 62,135,596,800 seconds before 1970.
            check_moment(if moment.as_second() < -62_135_596_800 { 0 } else { 1 }, moment.subsec_nanosecond(), column)
        }
        Value::Duration(duration) => match i64::try_from(duration.as_micros()) {
            Ok(_) => check_moment(1, duration.subsec_nanos(), column),
            Err(_) => Err(refused(column, "the duration is longer than 292,000 years, the longest that is kept")),
        },
        _ => Ok(()),
    }
}

fn check_moment(year: i16, nanoseconds: i32, column: Option<&ColumnDef>) -> Result {
    if year < 1 {
        return Err(refused(column, "the date lies before the year 1, the first that every database keeps"));
    }
    match nanoseconds % 1000 {
        0 => Ok(()),
        _ => Err(refused(column, "the time has nanoseconds, and databases keep microseconds")
            .hint("round it first, for example by `.round(jiff::Unit::Microsecond)`; `now()` returns microseconds")),
    }
}

fn check_digits(digits: &str, column: Option<&ColumnDef>) -> Result {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole = whole.trim_start_matches('-');
    if !number(whole) || !(fraction.is_empty() || number(fraction)) {
        // `NaN` and the infinities, which a database refuses by itself where it has none.
        return match matches!(digits, "NaN" | "Infinity" | "-Infinity") {
            true => Ok(()),
            false => Err(refused(column, "the decimal number is not written in digits")),
        };
    }
    let Some((most, scale)) = column.and_then(|column| column.precision) else { return Ok(()) };
    let (whole, fraction) = (whole.trim_start_matches('0').len(), fraction.trim_end_matches('0').len());
    match whole > usize::from(most - scale.min(most)) || fraction > usize::from(scale) {
        true => {
            Err(refused(column, &format!("the number has more digits than the {most}, {scale} of them behind the point, that are kept"))
                .hint("round it first"))
        }
        false => Ok(()),
    }
}

#[cold]
fn refused(column: Option<&ColumnDef>, message: &str) -> Error {
    match column {
        Some(column) => Error::data(&*column.name, format!("{message}: column `{}`", column.name)),
        None => Error::new(ErrorKind::Data { column: None }, message),
    }
}

#[inline]
fn check(text: &str, column: Option<&ColumnDef>) -> Result {
    if let Some(limit) = column.and_then(|column| column.length)
        && text.len() > limit as usize
    {
        check_length(text, limit, column)?;
    }
    if has_nul(text.as_bytes()) { Err(nul(column)) } else { Ok(()) }
}

/// Eight bytes at a time: most texts are too short for a search to be worth its preparation.
#[inline]
fn has_nul(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    // Borrows run through a word from its lowest zero byte up, so that some bit is set if and only if there is one.
    let word_has = |word: &[u8; 8]| {
        let word = u64::from_le_bytes(*word);
        word.wrapping_sub(0x0101_0101_0101_0101) & !word & 0x8080_8080_8080_8080 != 0
    };
    words.iter().any(word_has) || rest.contains(&0)
}

fn check_length(text: &str, limit: u32, column: Option<&ColumnDef>) -> Result {
    let (characters, name) = (text.chars().count(), column.map_or("", |column| &column.name));
    match characters > limit as usize {
        false => Ok(()),
        true => {
            let message = format!("the text for column `{name}` has {characters} characters, more than the {limit} it can hold");
            Err(Error::data(name, message)
                .hint("check the length of the input first, or answer this error in an error handler, with 422 and a message"))
        }
    }
}

#[cold]
fn nul(column: Option<&ColumnDef>) -> Error {
    refused(column, "the text holds a NUL character, which databases do not keep").hint("refuse such input, or keep it as bytes")
}

/// Returns the error of a column that is `auto()` where the database assigns no value.
#[cold]
pub fn unassigned(table: &Table, column: &ColumnDef) -> Error {
    let message = format!("column `{}` of `{}` is `auto()`, but the database assigns it no value", column.name, table.full_name());
    Error::data(&*column.name, message)
        .hint("`auto()` is for a new object whose primary key is one integer column; the number that stands for it cannot be stored")
}

/// The rows of one INSERT that bring their keys, and those that do not, are of two statements.
#[cold]
pub(crate) fn mixed(table: &Table, column: &ColumnDef) -> Error {
    let message = format!(
        "some rows bring column `{}` of `{}`, and for others it is `auto()`: one INSERT cannot do both",
        column.name,
        table.full_name()
    );
    Error::usage(message).hint("insert the rows that bring their keys by one `insert_many`, and then the others by a second one")
}

/// An object is known to its session alone.
#[cold]
pub(super) fn keyless(target: Target) -> Error {
    Error::usage(format!("the statement names an object, an `Obj<{target}>`, whose key only its session knows"))
        .hint("run the statement on that session, `&mut db`, or name the key: `db[object].id`")
}

/// As [`keyless`], for the column that the object was put into.
#[cold]
pub(crate) fn keyless_in(table: &Table, column: &ColumnDef, target: Target) -> Error {
    let column = format!("column `{}` of `{}`", column.name, table.full_name());
    Error::usage(format!("{column} is set to an object, an `Obj<{target}>`, whose key only its session knows"))
        .hint("run the statement on that session, `&mut db`, or name the key: `db[object].id`")
}

#[cold]
pub(super) fn too_many(parameters: usize, dialect: &dyn Dialect) -> Error {
    let (most, name) = (dialect.max_parameters(), dialect.name());
    Error::new(ErrorKind::TooManyParameters, format!("the statement has {parameters} parameters, more than the {most} that {name} takes"))
        .hint("split the list, or the rows, over several statements; rows of nothing but values, as `insert_many` has them, run one by one on SQLite and are not limited")
}

#[cold]
pub(super) fn too_deep() -> Error {
    Error::usage(format!("an expression is nested more than {DEEPEST} levels deep"))
        .hint("join conditions of one kind by `.or(..)` or `.and(..)` one after the other, which nests nothing; many values of one column are `is_in`")
}
