//! Dates and times as the wire carries them, in parts. What no calendar has stays text: a server may keep zero dates.

use std::borrow::Cow;

use aludel_sql::Value;
use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use mysql_async::Value as Wire;

/// A DATE.
pub(crate) fn day(wire: &Wire) -> Value<'static> {
    match civil(wire) {
        Some(at) if at.time() == Time::midnight() => Value::Date(at.date()),
        _ => as_text(wire, Shown::Day),
    }
}

/// A DATETIME.
pub(crate) fn datetime(wire: &Wire) -> Value<'static> {
    civil(wire).map_or_else(|| as_text(wire, Shown::Moment), Value::DateTime)
}

/// A TIMESTAMP; the time zone of our connections is UTC.
pub(crate) fn timestamp(wire: &Wire) -> Value<'static> {
    let moment = civil(wire).and_then(|at| TimeZone::UTC.to_timestamp(at).ok());
    moment.map_or_else(|| as_text(wire, Shown::Moment), Value::Timestamp)
}

/// A TIME: of the day, or elapsed if no day has it.
pub(crate) fn time(wire: &Wire) -> Value<'static> {
    let Wire::Time(negative, days, hours, minutes, seconds, micros) = wire else { return Value::Null };
    let signed = |part: u8| i8::try_from(part).ok();
    let nanoseconds = i32::try_from(*micros).ok().and_then(|micros| micros.checked_mul(1000));
    if let (false, 0, Some(hour), Some(minute), Some(second), Some(nanoseconds)) =
        (*negative, *days, signed(*hours), signed(*minutes), signed(*seconds), nanoseconds)
        && let Ok(time) = Time::new(hour, minute, second, nanoseconds)
    {
        return Value::Time(time);
    }
    let whole = ((i64::from(*days) * 24 + i64::from(*hours)) * 60 + i64::from(*minutes)) * 60 + i64::from(*seconds);
    let elapsed = SignedDuration::from_secs(whole) + SignedDuration::from_micros(i64::from(*micros));
    Value::Duration(if *negative { -elapsed } else { elapsed })
}

fn civil(wire: &Wire) -> Option<DateTime> {
    let Wire::Date(year, month, day, hour, minute, second, micros) = wire else { return None };
    let signed = |part: u8| i8::try_from(part).ok();
    let date = Date::new(i16::try_from(*year).ok().filter(|year| *year > 0)?, signed(*month)?, signed(*day)?).ok()?;
    let nanoseconds = i32::try_from(*micros).ok()?.checked_mul(1000)?;
    let time = Time::new(signed(*hour)?, signed(*minute)?, signed(*second)?, nanoseconds).ok()?;
    Some(date.to_datetime(time))
}

/// What of a moment is shown.
#[derive(Clone, Copy, PartialEq)]
enum Shown {
    Day,
    Moment,
}

/// As the server writes it.
fn as_text(wire: &Wire, shown: Shown) -> Value<'static> {
    let Wire::Date(year, month, day, hour, minute, second, micros) = wire else { return Value::Null };
    let date = format!("{year:04}-{month:02}-{day:02}");
    let text = match (shown, micros) {
        (Shown::Day, _) => date,
        (Shown::Moment, 0) => format!("{date} {hour:02}:{minute:02}:{second:02}"),
        (Shown::Moment, _) => format!("{date} {hour:02}:{minute:02}:{second:02}.{micros:06}"),
    };
    Value::Text(Cow::Owned(text))
}
