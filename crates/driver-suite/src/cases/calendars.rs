//! The dates and times of chrono and of the crate `time`: kept as those of jiff are, at the same edges.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use super::list::cases;
use crate::keep::{keep, refuse};

fn chrono_day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

fn chrono_time(hour: u32, minute: u32, second: u32, micros: u32) -> NaiveTime {
    NaiveTime::from_hms_micro_opt(hour, minute, second, micros).expect("a time")
}

fn chrono_moment(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect("a moment").to_utc()
}

fn day(year: i32, month: Month, day: u8) -> Date {
    Date::from_calendar_date(year, month, day).expect("a day")
}

fn moment(seconds: i64, micros: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).expect("a moment") + Duration::microseconds(micros)
}

/// The first and the last second of the calendar.
const ENDS: [i64; 2] = [-62_135_596_800, 253_402_207_200];

cases! {
    /// Days and times of no zone, chrono's.
    chrono_days, |engine| {
        let days = [chrono_day(1, 1, 1), chrono_day(1969, 12, 31), chrono_day(2000, 2, 29), chrono_day(9999, 12, 31)];
        keep(engine, &days).await?;
        let times = [NaiveTime::MIN, chrono_time(12, 30, 0, 1), chrono_time(23, 59, 59, 999_999)];
        keep(engine, &times).await?;
        keep(engine, &[days[0].and_time(times[0]), days[2].and_time(times[1]), days[3].and_time(times[2])]).await?;
    }
    /// Moments and durations, chrono's.
    chrono_moments, |engine| {
        let moments = ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "2024-07-01T12:00:00+09:00", "9999-12-30T21:59:59.999999Z"];
        keep(engine, &moments.map(chrono_moment)).await?;
        let long = TimeDelta::try_days(36_500).expect("a century");
        keep(engine, &[TimeDelta::zero(), TimeDelta::microseconds(-1), TimeDelta::microseconds(1_500_000), long, -long]).await?;
    }
    /// What no database keeps, and what only chrono can say: years of five digits and leap seconds.
    chrono_refuses, |engine| {
        refuse(engine, &[chrono_day(0, 12, 31), chrono_day(10_000, 1, 1), NaiveDate::MAX], |column| column).await?;
        let leap = NaiveTime::from_hms_micro_opt(23, 59, 59, 1_500_000).expect("a leap second");
        let exact = NaiveTime::from_hms_nano_opt(0, 0, 0, 1).expect("a nanosecond");
        refuse(engine, &[leap, exact], |column| column).await?;
        refuse(engine, &[chrono_day(10_000, 1, 1).and_time(NaiveTime::MIN), chrono_day(2016, 12, 31).and_time(leap)], |column| column).await?;
        refuse(engine, &[DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, chrono_day(2016, 12, 31).and_time(leap).and_utc()], |column| column).await?;
        refuse(engine, &[TimeDelta::nanoseconds(1), TimeDelta::MAX, TimeDelta::MIN], |column| column).await?;
    }
    /// Days and times of no zone, those of `time`.
    time_days, |engine| {
        let days = [day(1, Month::January, 1), day(1969, Month::December, 31), day(2000, Month::February, 29), day(9999, Month::December, 31)];
        keep(engine, &days).await?;
        let times = [Time::MIDNIGHT, Time::from_hms_micro(12, 30, 0, 1).expect("a time"), Time::from_hms_micro(23, 59, 59, 999_999).expect("a time")];
        keep(engine, &times).await?;
        let moments = [(days[0], times[0]), (days[2], times[1]), (days[3], times[2])];
        keep(engine, &moments.map(|(day, time)| PrimitiveDateTime::new(day, time))).await?;
    }
    /// Moments of any offset and durations, those of `time`.
    time_moments, |engine| {
        let east = UtcOffset::from_hms(9, 0, 0).expect("an offset");
        keep(engine, &[moment(ENDS[0], 0), moment(-1, 999_999), moment(1_719_835_200, 1).to_offset(east), moment(ENDS[1] - 1, 999_999)]).await?;
        keep(engine, &[Duration::ZERO, Duration::microseconds(-1), Duration::microseconds(1_500_000), Duration::days(36_500), Duration::days(-36_500)]).await?;
    }
    /// What no database keeps.
    time_refuses, |engine| {
        refuse(engine, &[day(0, Month::December, 31), Date::MIN], |column| column).await?;
        refuse(engine, &[Time::from_hms_nano(0, 0, 0, 1).expect("a time")], |column| column).await?;
        refuse(engine, &[PrimitiveDateTime::MIN], |column| column).await?;
        refuse(engine, &[PrimitiveDateTime::MIN.assume_utc(), moment(0, 0) + Duration::nanoseconds(1)], |column| column).await?;
        refuse(engine, &[Duration::nanoseconds(1), Duration::MAX, Duration::MIN], |column| column).await?;
    }
}
