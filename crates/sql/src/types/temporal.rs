//! Dates, times, timestamps and durations, as jiff has them. All are kept to the microsecond.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::stored::stored;
use crate::schema::Type;
use crate::value::Value;

stored! {
    Date, Type::Date, "a date", |field| Value::Date(*field), |found| match found {
        Value::Date(date) => Some(*date),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    };
    Time, Type::Time, "a time of the day", |field| Value::Time(*field), |found| match found {
        Value::Time(time) => Some(*time),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    };
    DateTime, Type::DateTime, "a date and time", |field| Value::DateTime(*field), |found| match found {
        Value::DateTime(moment) => Some(*moment),
        // A text with a zone is a moment; its place on the calendar would be a guess.
        Value::Text(text) if !text.ends_with(['Z', 'z']) => text.parse().ok(),
        _ => None,
    };
    Timestamp, Type::Timestamp, "a timestamp", |field| Value::Timestamp(*field), |found| match found {
        Value::Timestamp(moment) => Some(*moment),
        // Without a zone it is in UTC, as MySQL and SQLite keep their moments.
        Value::DateTime(moment) => TimeZone::UTC.to_timestamp(*moment).ok(),
        Value::Text(text) => text.parse().ok().or_else(|| TimeZone::UTC.to_timestamp(text.parse().ok()?).ok()),
        _ => None,
    };
    SignedDuration, Type::Duration, "a duration", |field| Value::Duration(*field), |found| match found {
        Value::Duration(duration) => Some(*duration),
        // In microseconds, where a database has no type for it.
        Value::Int(microseconds) => Some(SignedDuration::from_micros(*microseconds)),
        _ => None,
    };
}
