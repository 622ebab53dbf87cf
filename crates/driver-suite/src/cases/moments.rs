//! Dates, times, moments and durations: to the microsecond, from the year 1 to 9999.

use jiff::civil::{Date, DateTime, Time, date, time};
use jiff::{SignedDuration, Timestamp};

use super::list::cases;
use crate::keep::{keep, refuse};

fn moment(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

cases! {
    /// Days, with the ends of the calendar and a leap day.
    dates, |engine| {
        keep(engine, &[date(1, 1, 1), date(1969, 12, 31), date(1970, 1, 1), date(2000, 2, 29), date(9999, 12, 31)]).await?;
    }
    /// Times of the day.
    times, |engine| {
        keep(engine, &[Time::midnight(), time(12, 30, 0, 0), time(23, 59, 59, 999_999_000), time(0, 0, 0, 1_000)]).await?;
    }
    /// Days and times of no zone.
    dates_and_times, |engine| {
        let moments = [date(1, 1, 1).at(0, 0, 0, 0), date(9999, 12, 31).at(23, 59, 59, 999_999_000), date(2024, 3, 31).at(2, 30, 0, 1_000)];
        keep(engine, &moments).await?;
    }
    /// Moments, whatever zone they were written in.
    timestamps, |engine| {
        let moments = ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "2024-07-01T12:00:00+09:00", "2038-01-19T03:14:08Z", "9999-12-30T21:59:59.999999Z"];
        keep(engine, &moments.map(moment)).await?;
    }
    /// Durations, also negative ones and such of many years.
    durations, |engine| {
        let durations = [SignedDuration::ZERO, SignedDuration::from_micros(-1), SignedDuration::from_hours(900), SignedDuration::from_micros(i64::MAX / 4), SignedDuration::from_secs(-86_400 * 365 * 100)];
        keep(engine, &durations).await?;
    }
    /// Nanoseconds, years before the first, and what is longer than all of them.
    what_no_database_keeps, |engine| {
        refuse(engine, &[time(0, 0, 0, 1)], |column| column).await?;
        refuse(engine, &[date(0, 12, 31), date(-44, 3, 15)], |column| column).await?;
        refuse(engine, &[date(2000, 1, 1).at(0, 0, 0, 999), DateTime::MIN], |column| column).await?;
        refuse(engine, &[moment("2024-01-01T00:00:00.000000001Z"), Timestamp::MIN], |column| column).await?;
        refuse(engine, &[SignedDuration::from_nanos(1), SignedDuration::MAX, SignedDuration::MIN], |column| column).await?;
        refuse(engine, &[Date::MIN], |column| column).await?;
    }
}
