//! Dates, times, moments and durations, as the crate `time` has them: kept as jiff's are, to the microsecond. A moment of any offset
//! is kept as the moment that it is, and comes back in UTC. What jiff cannot say becomes what every driver refuses, never something
//! near it.

use jiff::{SignedDuration, Timestamp, civil};
use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time};

use super::stored::stored;
use super::temporal::{date_of, date_time_of, duration_of, time_of, timestamp_of};
use crate::schema::Type;
use crate::value::Value;

stored! {
    Date, Type::Date, "a date", |field| Value::Date(said_date(*field).unwrap_or(civil::Date::MIN)), |found| known_date(date_of(found)?);
    Time, Type::Time, "a time of the day", |field| Value::Time(said_time(*field).unwrap_or(UNKEPT)), |found| known_time(time_of(found)?);
    PrimitiveDateTime, Type::DateTime, "a date and time",
        |field| Value::DateTime(said_date_time(*field).unwrap_or(civil::DateTime::MIN)),
        |found| {
            let moment = date_time_of(found)?;
            Some(PrimitiveDateTime::new(known_date(moment.date())?, known_time(moment.time())?))
        };
    OffsetDateTime, Type::Timestamp, "a timestamp",
        |field| Value::Timestamp(Timestamp::from_nanosecond(field.unix_timestamp_nanos()).unwrap_or(Timestamp::MIN)),
        |found| OffsetDateTime::from_unix_timestamp_nanos(timestamp_of(found)?.as_nanosecond()).ok();
    Duration, Type::Duration, "a duration",
        |field| Value::Duration(SignedDuration::new(field.whole_seconds(), field.subsec_nanoseconds())),
        |found| {
            let duration = duration_of(found)?;
            Some(Duration::new(duration.as_secs(), duration.subsec_nanos()))
        };
}

/// A time that no driver keeps: it has nanoseconds.
const UNKEPT: civil::Time = civil::Time::constant(0, 0, 0, 1);

fn said_date(date: Date) -> Option<civil::Date> {
    civil::Date::new(date.year().try_into().ok()?, u8::from(date.month()).try_into().ok()?, date.day().try_into().ok()?).ok()
}

fn said_time(time: Time) -> Option<civil::Time> {
    let (hour, minute, second, nanosecond) = time.as_hms_nano();
    let small = |number: u8| i8::try_from(number).ok();
    civil::Time::new(small(hour)?, small(minute)?, small(second)?, nanosecond.try_into().ok()?).ok()
}

fn said_date_time(moment: PrimitiveDateTime) -> Option<civil::DateTime> {
    Some(civil::DateTime::from_parts(said_date(moment.date())?, said_time(moment.time())?))
}

fn known_date(date: civil::Date) -> Option<Date> {
    let month = Month::try_from(u8::try_from(date.month()).ok()?).ok()?;
    Date::from_calendar_date(date.year().into(), month, date.day().try_into().ok()?).ok()
}

fn known_time(time: civil::Time) -> Option<Time> {
    let count = |number: i8| u8::try_from(number).ok();
    Time::from_hms_nano(count(time.hour())?, count(time.minute())?, count(time.second())?, time.subsec_nanosecond().try_into().ok()?).ok()
}
