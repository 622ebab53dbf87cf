//! Dates, times, moments and durations, as chrono has them: kept as jiff's are, to the microsecond. What jiff cannot even say, a year
//! beyond 9999 or a leap second, becomes what every driver refuses, never something near it.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use jiff::{SignedDuration, Timestamp, civil};

use super::stored::stored;
use super::temporal::{date_of, date_time_of, duration_of, time_of, timestamp_of};
use crate::schema::Type;
use crate::value::Value;

stored! {
    NaiveDate, Type::Date, "a date", |field| Value::Date(said_date(*field).unwrap_or(civil::Date::MIN)),
        |found| known_date(date_of(found)?);
    NaiveTime, Type::Time, "a time of the day", |field| Value::Time(said_time(*field).unwrap_or(UNKEPT)),
        |found| known_time(time_of(found)?);
    NaiveDateTime, Type::DateTime, "a date and time", |field| Value::DateTime(said_date_time(field).unwrap_or(civil::DateTime::MIN)),
        |found| {
            let moment = date_time_of(found)?;
            Some(known_date(moment.date())?.and_time(known_time(moment.time())?))
        };
    DateTime<Utc>, Type::Timestamp, "a timestamp", |field| Value::Timestamp(said_moment(field).unwrap_or(Timestamp::MIN)),
        |found| {
            let moment = timestamp_of(found)?;
            // Counted from the second before, also before 1970.
            let nanos = moment.as_nanosecond().rem_euclid(1_000_000_000);
            let seconds = moment.as_nanosecond().div_euclid(1_000_000_000);
            DateTime::from_timestamp(i64::try_from(seconds).ok()?, u32::try_from(nanos).ok()?)
        };
    TimeDelta, Type::Duration, "a duration", |field| Value::Duration(SignedDuration::new(field.num_seconds(), field.subsec_nanos())),
        |found| {
            let duration = duration_of(found)?;
            TimeDelta::try_seconds(duration.as_secs())?.checked_add(&TimeDelta::nanoseconds(duration.subsec_nanos().into()))
        };
}

/// A time that no driver keeps: it has nanoseconds.
const UNKEPT: civil::Time = civil::Time::constant(0, 0, 0, 1);

fn said_date(date: NaiveDate) -> Option<civil::Date> {
    civil::Date::new(date.year().try_into().ok()?, date.month().try_into().ok()?, date.day().try_into().ok()?).ok()
}

fn said_time(time: NaiveTime) -> Option<civil::Time> {
    let small = |number: u32| i8::try_from(number).ok();
    civil::Time::new(small(time.hour())?, small(time.minute())?, small(time.second())?, time.nanosecond().try_into().ok()?).ok()
}

fn said_date_time(moment: &NaiveDateTime) -> Option<civil::DateTime> {
    Some(civil::DateTime::from_parts(said_date(moment.date())?, said_time(moment.time())?))
}

fn said_moment(moment: &DateTime<Utc>) -> Option<Timestamp> {
    // A leap second has more nanoseconds than a second has.
    let nanos = i32::try_from(moment.timestamp_subsec_nanos()).ok().filter(|nanos| *nanos < 1_000_000_000)?;
    Timestamp::new(moment.timestamp(), nanos).ok()
}

fn known_date(date: civil::Date) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(date.year().into(), date.month().try_into().ok()?, date.day().try_into().ok()?)
}

fn known_time(time: civil::Time) -> Option<NaiveTime> {
    let count = |number: i8| u32::try_from(number).ok();
    NaiveTime::from_hms_nano_opt(
        count(time.hour())?,
        count(time.minute())?,
        count(time.second())?,
        time.subsec_nanosecond().try_into().ok()?,
    )
}
