//! From values to what the wire carries. What a column cannot hold is checked when a statement is shaped; here is refused
//! what the server would change in silence.

use aludel_sql::{Error, ErrorKind, Result, Value};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use mysql_async::Value as Wire;

/// The parameters of a statement, in order.
pub(crate) fn parameters(values: &[Value<'_>]) -> Result<Vec<Wire>> {
    values.iter().map(parameter).collect()
}

/// A UUID goes as its 16 bytes, for a `BINARY(16)`: the server does not tell what column a parameter is for. A UUID that
/// is kept as text, or in MariaDB's own `UUID`, is to be given as text.
fn parameter(value: &Value<'_>) -> Result<Wire> {
    Ok(match value {
        Value::Null => Wire::NULL,
        Value::Bool(bool) => Wire::Int(i64::from(*bool)),
        Value::Int(int) => Wire::Int(*int),
        Value::Float(float) if float.is_finite() => Wire::Double(*float),
        Value::Float(_) => return Err(refused("MySQL and MariaDB know no NaN and no infinity")),
        Value::Text(text) | Value::Json(text) => Wire::Bytes(text.as_bytes().to_vec()),
        Value::Bytes(bytes) => Wire::Bytes(bytes.to_vec()),
        Value::Decimal(digits) if is_number(digits) => Wire::Bytes(digits.as_bytes().to_vec()),
        Value::Decimal(_) => return Err(refused("a decimal number is NaN or infinite, which MySQL and MariaDB do not know")),
        Value::Uuid(bytes) => Wire::Bytes(bytes.to_vec()),
        Value::Date(date) => moment(date.to_datetime(Time::midnight()))?,
        Value::Time(time) => {
            let (hour, minute, second) = (unsigned(time.hour()), unsigned(time.minute()), unsigned(time.second()));
            Wire::Time(false, 0, hour, minute, second, micros(*time))
        }
        Value::DateTime(at) => moment(*at)?,
        Value::Timestamp(at) => moment(TimeZone::UTC.to_datetime(*at))?,
        Value::Duration(duration) => {
            let micros = i64::try_from(duration.as_micros());
            Wire::Int(micros.map_err(|_range| refused("a duration is longer than 64 bits of microseconds"))?)
        }
        other => match other.text() {
            Some(text) => Wire::Bytes(text.into_bytes()),
            None => return Err(refused("an array holds what JSON cannot: bytes, NaN or an infinity")),
        },
    })
}

/// A year outside of four digits is none that a DATE could hold.
fn moment(at: DateTime) -> Result<Wire> {
    let date: Date = at.date();
    let year = u16::try_from(date.year()).ok().filter(|year| (1..=9999).contains(year));
    let year = year.ok_or_else(|| refused("a date is not of the years 1 to 9999"))?;
    let (month, day) = (unsigned(date.month()), unsigned(date.day()));
    Ok(Wire::Date(year, month, day, unsigned(at.hour()), unsigned(at.minute()), unsigned(at.second()), micros(at.time())))
}

/// The parts of dates and times are small and not negative.
fn unsigned(part: i8) -> u8 {
    part.unsigned_abs()
}

fn micros(time: Time) -> u32 {
    time.subsec_nanosecond().unsigned_abs() / 1000
}

fn is_number(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|letter| letter.is_ascii_digit() || matches!(letter, b'-' | b'+' | b'.' | b'e' | b'E'))
}

fn refused(message: &str) -> Error {
    Error::new(ErrorKind::Data { column: None }, message)
}
