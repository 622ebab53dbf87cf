//! Dates, times, timestamps and durations, as jiff has them. All are kept to the microsecond.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::stored::stored;
use crate::schema::Type;
use crate::value::Value;

stored! {
    Date, Type::Date, "a date", |field| Value::Date(*field), |found| date_of(found);
    Time, Type::Time, "a time of the day", |field| Value::Time(*field), |found| time_of(found);
    DateTime, Type::DateTime, "a date and time", |field| Value::DateTime(*field), |found| date_time_of(found);
    Timestamp, Type::Timestamp, "a timestamp", |field| Value::Timestamp(*field), |found| timestamp_of(found);
    SignedDuration, Type::Duration, "a duration", |field| Value::Duration(*field), |found| duration_of(found);
}

pub(super) fn date_of(found: &Value<'_>) -> Option<Date> {
    match found {
        Value::Date(date) => Some(*date),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

pub(super) fn time_of(found: &Value<'_>) -> Option<Time> {
    match found {
        Value::Time(time) => Some(*time),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

pub(super) fn date_time_of(found: &Value<'_>) -> Option<DateTime> {
    match found {
        Value::DateTime(moment) => Some(*moment),
        // A text with a zone is a moment; its place on the calendar would be a guess.
        Value::Text(text) if !text.ends_with(['Z', 'z']) => text.parse().ok(),
        _ => None,
    }
}

pub(super) fn timestamp_of(found: &Value<'_>) -> Option<Timestamp> {
    match found {
        Value::Timestamp(moment) => Some(*moment),
        // Without a zone it is in UTC, as MySQL and SQLite keep their moments.
        Value::DateTime(moment) => TimeZone::UTC.to_timestamp(*moment).ok(),
        Value::Text(text) => text.parse().ok().or_else(|| TimeZone::UTC.to_timestamp(text.parse().ok()?).ok()),
        _ => None,
    }
}

pub(super) fn duration_of(found: &Value<'_>) -> Option<SignedDuration> {
    match found {
        Value::Duration(duration) => Some(*duration),
        // In microseconds, where a database has no type for it.
        Value::Int(microseconds) => Some(SignedDuration::from_micros(*microseconds)),
        _ => None,
    }
}
