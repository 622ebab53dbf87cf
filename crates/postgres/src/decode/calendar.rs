//! Days and moments, which PostgreSQL counts from the year 2000, and from far outside of our calendar: those are text.
//!
//! Source: PostgreSQL's `src/include/datatype/timestamp.h`.

use aludel_sql::Value;
use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::cursor::Garbled;

const DAY: i64 = 86_400_000_000;

/// A day; text where it is infinite, or not of the years 1 to 9999.
pub(super) fn date(days: i32) -> Value<'static> {
    match days {
        i32::MAX => Value::Text("infinity".into()),
        i32::MIN => Value::Text("-infinity".into()),
        days => match known(i64::from(days)) {
            Some(date) => Value::Date(date),
            None => {
                let (date, era) = far(i64::from(days));
                Value::Text(format!("{date}{era}").into())
            }
        },
    }
}

/// A moment of no time zone, or one in UTC; text as for [`date`].
pub(super) fn moment(microseconds: i64, in_utc: bool) -> Value<'static> {
    match microseconds {
        i64::MAX => return Value::Text("infinity".into()),
        i64::MIN => return Value::Text("-infinity".into()),
        _ => {}
    }
    let (days, within) = (microseconds.div_euclid(DAY), microseconds.rem_euclid(DAY));
    let known = known(days).zip(clock(within)).map(|(date, time)| DateTime::from_parts(date, time));
    match known {
        Some(moment) if !in_utc => return Value::DateTime(moment),
        Some(moment) => {
            if let Ok(zoned) = TimeZone::UTC.to_timestamp(moment) {
                return Value::Timestamp(zoned);
            }
        }
        None => {}
    }
    let (date, era) = far(days);
    Value::Text(format!("{date} {}{}{era}", time_text(within), if in_utc { "+00" } else { "" }).into())
}

/// A time of the day; text for 24:00, which is none.
pub(super) fn time(microseconds: i64) -> Result<Value<'static>, Garbled> {
    match microseconds {
        DAY => Ok(Value::Text("24:00:00".into())),
        microseconds => clock(microseconds).map(Value::Time).ok_or(Garbled),
    }
}

/// A time of the day with the seconds that its zone lies west of Greenwich.
pub(super) fn time_in_zone(microseconds: i64, west: i32) -> Result<Value<'static>, Garbled> {
    if !(0..=DAY).contains(&microseconds) || west.unsigned_abs() >= 86_400 {
        return Err(Garbled);
    }
    let (sign, offset) = (if west > 0 { '-' } else { '+' }, west.unsigned_abs());
    let mut text = format!("{}{sign}{:02}", time_text(microseconds), offset / 3600);
    for part in [offset / 60 % 60, offset % 60].into_iter().take(if offset % 60 != 0 { 2 } else { usize::from(offset % 3600 != 0) }) {
        text += &format!(":{part:02}");
    }
    Ok(Value::Text(text.into()))
}

/// A span of time: an elapsed time, its days of 24 hours; in ISO 8601 where it has months, which are no certain time.
pub(super) fn interval((months, days): (i32, i32), microseconds: i64) -> Value<'static> {
    match (months, days, microseconds) {
        (i32::MAX, i32::MAX, i64::MAX) => Value::Text("infinity".into()),
        (i32::MIN, i32::MIN, i64::MIN) => Value::Text("-infinity".into()),
        (0, days, microseconds) => {
            Value::Duration(SignedDuration::from_micros(microseconds).saturating_add(SignedDuration::from_secs(i64::from(days) * 86_400)))
        }
        (months, days, microseconds) => Value::Text(iso(i64::from(months), days, microseconds).into()),
    }
}

fn iso(months: i64, days: i32, microseconds: i64) -> String {
    let mut text = "P".to_owned();
    let mut part = |amount: i64, unit: &str| {
        if amount != 0 {
            text += &format!("{amount}{unit}");
        }
    };
    part(months / 12, "Y");
    part(months % 12, "M");
    part(i64::from(days), "D");
    if microseconds != 0 {
        let (sign, all) = (if microseconds < 0 { "-" } else { "" }, microseconds.unsigned_abs());
        let (seconds, fraction) = (all / 1_000_000, all % 1_000_000);
        text.push('T');
        for (amount, unit) in [(seconds / 3600, "H"), (seconds / 60 % 60, "M")] {
            if amount != 0 {
                text += &format!("{sign}{amount}{unit}");
            }
        }
        if seconds % 60 != 0 || fraction != 0 {
            let digits = format!("{:02}.{fraction:06}", seconds % 60);
            let digits = digits.trim_end_matches('0').trim_end_matches('.');
            text += &format!("{sign}{}S", if seconds % 60 < 10 { &digits[1..] } else { digits });
        }
    }
    text
}

/// A day of the years 1 to 9999.
fn known(days: i64) -> Option<Date> {
    let (year, month, day) = civil(days);
    let year = i16::try_from(year).ok().filter(|year| (1..=9999).contains(year))?;
    Date::new(year, month, day).ok()
}

fn clock(microseconds: i64) -> Option<Time> {
    if !(0..DAY).contains(&microseconds) {
        return None;
    }
    let (seconds, fraction) = (microseconds / 1_000_000, microseconds % 1_000_000);
    let part = |seconds: i64| i8::try_from(seconds).ok();
    Time::new(part(seconds / 3600)?, part(seconds / 60 % 60)?, part(seconds % 60)?, i32::try_from(fraction * 1000).ok()?).ok()
}

/// A day as PostgreSQL writes it, and the era behind it.
fn far(days: i64) -> (String, &'static str) {
    let (year, month, day) = civil(days);
    let (year, era) = if year < 1 { (1 - year, " BC") } else { (year, "") };
    (format!("{year:04}-{month:02}-{day:02}"), era)
}

fn time_text(microseconds: i64) -> String {
    let (seconds, fraction) = (microseconds / 1_000_000, microseconds % 1_000_000);
    let whole = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    match fraction {
        0 => whole,
        fraction => format!("{whole}.{fraction:06}").trim_end_matches('0').to_owned(),
    }
}

/// Year, month and day of a day counted from 2000-01-01, in the Gregorian calendar, whose year 0 is 1 BC.
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn civil(days: i64) -> (i64, i8, i8) {
    // From 0000-03-01, where leap days are at the ends of years.
    let days = days + 730_425;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let (day, month) = (of_year - (153 * shifted + 2) / 5 + 1, if shifted < 10 { shifted + 3 } else { shifted - 9 });
    (year_of_era + era * 400 + i64::from(month <= 2), month as i8, day as i8)
}
