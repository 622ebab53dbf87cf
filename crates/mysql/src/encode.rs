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

/// So much of a statement that is run a server takes at any rate: none has a smaller limit by default.
const TAKEN: u64 = 1 << 20;

/// What the values of a statement go in at most: one packet, or, where it would be longer than a packet can be, one for each value.
const PACKET: u64 = (1 << 24) - 1;

/// The length of the longest packet that a statement with these values goes in, if it is so long that a server may refuse it.
///
/// Source: MariaDB's manual, "COM_STMT_EXECUTE" and "COM_STMT_SEND_LONG_DATA"; the limit is for each packet.
pub(crate) fn packet_length(values: &[Wire]) -> Option<u64> {
    // The command, and for each value its type and a bit that says whether it is NULL.
    let head = 11 + values.len().div_ceil(8) as u64 + 2 * values.len() as u64;
    let whole = head + values.iter().map(Wire::bin_len).sum::<u64>();
    let length = match whole <= PACKET {
        true => whole,
        // The number of the statement and that of the value stand before it.
        false => values.iter().map(|value| if let Wire::Bytes(bytes) = value { bytes.len() as u64 + 7 } else { 0 }).max().unwrap_or(0),
    };
    (length >= TAKEN).then_some(length)
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

#[cfg(test)]
mod tests {
    use mysql_async::Value as Wire;

    use super::{PACKET, TAKEN, packet_length};

    fn bytes(length: u64) -> Wire {
        Wire::Bytes(vec![0; usize::try_from(length).expect("a length")])
    }

    #[test]
    fn lengths_of_packets() {
        assert_eq!(packet_length(&[Wire::Int(1), Wire::NULL, bytes(TAKEN / 2)]), None);
        assert_eq!(packet_length(&[bytes(TAKEN / 2), bytes(TAKEN / 2)]), Some(TAKEN + 11 + 1 + 2 * 2 + 2 * 4), "one packet");
        // Each by itself where one packet could not hold them.
        assert_eq!(packet_length(&[bytes(PACKET - 18), Wire::NULL]), Some(PACKET - 18 + 7));
        assert_eq!(packet_length(&[bytes(PACKET / 2), bytes(PACKET / 2)]), Some(PACKET / 2 + 7));
        assert_eq!(packet_length(&vec![bytes(TAKEN - 8); 17]), None);
    }
}
