//! Values as text, where a database has no type of its own for them, and in JSON. Dates and times have a fixed width, so that
//! the order of their texts is that of the moments.

use std::fmt::Write;

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;

use super::uuid::uuid_text;
use super::value::Value;

impl Value<'_> {
    /// The value as text; none where a database keeps it as a number, bytes or text anyway.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Bytes(_) | Self::Duration(_) => None,
            Self::Text(text) | Self::Decimal(text) | Self::Json(text) => Some(text.to_string()),
            Self::Uuid(bytes) => Some(uuid_text(bytes)),
            Self::Date(date) => Some(date.to_string()),
            Self::Time(time) => Some(time_text(*time)),
            Self::DateTime(moment) => Some(datetime_text(*moment)),
            Self::Timestamp(moment) => Some(format!("{}Z", datetime_text(TimeZone::UTC.to_datetime(*moment)))),
            Self::Array(values) => {
                let mut json = String::new();
                array_json(&mut json, values)?;
                Some(json)
            }
        }
    }
}

fn time_text(time: Time) -> String {
    format!("{time:.6}")
}

fn datetime_text(moment: DateTime) -> String {
    format!("{} {}", moment.date(), time_text(moment.time()))
}

/// An array as JSON: numbers as numbers, JSON as it is, all else as text; none if it holds what JSON cannot.
fn array_json(out: &mut String, values: &[Value<'_>]) -> Option<()> {
    out.push('[');
    for (nth, value) in values.iter().enumerate() {
        if nth > 0 {
            out.push(',');
        }
        match value {
            Value::Null => out.push_str("null"),
            Value::Bool(bool) => out.push_str(if *bool { "true" } else { "false" }),
            Value::Int(int) => _ = write!(out, "{int}"),
            Value::Float(float) if float.is_finite() => _ = write!(out, "{float:?}"),
            Value::Json(text) => out.push_str(text),
            Value::Array(values) => array_json(out, values)?,
            Value::Duration(duration) => _ = write!(out, "{}", duration.as_micros()),
            Value::Float(_) | Value::Bytes(_) => return None,
            other => json_string(out, &other.text()?),
        }
    }
    out.push(']');
    Some(())
}

/// Source: RFC 8259, section 7.
fn json_string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            character if character < ' ' => _ = write!(out, "\\u{:04x}", u32::from(character)),
            character => out.push(character),
        }
    }
    out.push('"');
}
