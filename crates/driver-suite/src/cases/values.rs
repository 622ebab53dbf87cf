//! What goes in comes out, also at the edges, or is refused.

use aludel_sql::{CustomType, Json, Labels, Type, Value, custom_type};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::list::cases;
use crate::keep::{keep, keep_in, refuse};

/// One of a list of names.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mood {
    Fine,
    SoSo,
}

impl CustomType for Mood {
    type Stored = String;
    const TYPE: Type = Type::Enum(&Labels::new("mood", &["fine", "so'so"]));

    fn store(&self) -> Value<'_> {
        Value::Text(if *self == Self::Fine { "fine" } else { "so'so" }.into())
    }

    fn restore(stored: String) -> Result<Self, &'static str> {
        match &*stored {
            "fine" => Ok(Self::Fine),
            "so'so" => Ok(Self::SoSo),
            _ => Err("is no mood"),
        }
    }
}

custom_type!(Mood);

cases! {
    /// Integers of every width, to their limits.
    integers, |engine| {
        keep(engine, &[0_i16, -1, i16::MIN, i16::MAX]).await?;
        keep(engine, &[0_i32, -1, i32::MIN, i32::MAX]).await?;
        keep(engine, &[0_i64, -1, i64::MIN, i64::MAX, 1 << 53, (1 << 53) + 1]).await?;
        keep(engine, &[0_u32, 1, u32::MAX, 1 << 31]).await?;
    }
    /// Floats, to their limits.
    floats, |engine| {
        keep(engine, &[0.0_f64, 0.1, -1.5e-300, f64::MIN, f64::MAX, f64::EPSILON, 1.0 / 3.0]).await?;
        keep(engine, &[0.0_f32, 0.1, -2.5e-30, f32::MAX, 1.0 / 3.0]).await?;
    }
    /// What is no number, and what is beyond them.
    special_floats needs SpecialFloats, |engine| {
        keep(engine, &[f64::INFINITY, f64::NEG_INFINITY, f64::NAN]).await?;
    }
    /// True and false.
    truth_values, |engine| {
        keep(engine, &[true, false]).await?;
    }
    /// Texts of every script, odd ones, and empty ones.
    texts, |engine| {
        let texts = ["", " ", "a ", "'; DROP TABLE kept;--", "\"`\\%_", "naïve", "日本語", "😀", "a\u{301}", "\u{10ffff}", "line\r\nline\t", "?", ":x", "$1"];
        keep(engine, &texts.map(str::to_owned)).await?;
        keep_in(engine, &texts.map(str::to_owned), |column| column.length(30)).await?;
    }
    /// A megabyte of text.
    long_texts, |engine| {
        keep(engine, &["é".repeat(500_000), "x".repeat(1_000_000)]).await?;
    }
    /// All bytes there are; none; a megabyte.
    bytes, |engine| {
        keep(engine, &[(0..=255).collect::<Vec<u8>>(), Vec::new(), vec![0], vec![0xff; 1_000_000]]).await?;
    }
    /// UUIDs.
    uuids, |engine| {
        keep(engine, &[Uuid::nil(), Uuid::max(), Uuid::from_u128(0x0190_b5a6_7c3d_7000_8000_0123_4567_89ab)]).await?;
    }
    /// Decimal numbers without a declared precision.
    decimals, |engine| {
        let digits = ["0", "1", "-1", "0.1", "-12.50", "79228162514264337593543950335", "0.0000000000000000000000000001", "123456789.000000001"];
        let decimals = digits.map(|digits| digits.parse::<Decimal>().expect("a number").normalize());
        keep_in(engine, &decimals, |column| column).await?;
    }
    /// Decimal numbers that fit their column, and some that do not.
    precise_decimals, |engine| {
        keep_in(engine, &["0.01", "-99999999.99", "12345678.90"].map(|digits| digits.parse::<Decimal>().expect("a number")), |column| column.precision(10, 2)).await?;
        refuse(engine, &["0.001", "100000000"].map(|digits| digits.parse::<Decimal>().expect("a number")), |column| column.precision(10, 2)).await?;
    }
    /// JSON documents, nested; texts in them that look like SQL or like JSON.
    json, |engine| {
        let documents = ["null", "true", "0", "-1.5", "\"\"", "\"'; --\"", "[]", "{}", r#"{"a":{"b":[1,2,{"c":null}],"d":"\"\\ é 😀"},"e":12345678901}"#];
        keep(engine, &documents.map(|text| Json(serde_json::from_str::<serde_json::Value>(text).expect("JSON")))).await?;
    }
    /// Arrays: of none, of many, of texts that need quotes.
    arrays, |engine| {
        keep(engine, &[vec![], vec![1_i64, i64::MIN, i64::MAX]]).await?;
        keep(engine, &[vec![], ["", "a,b", "{}", "\"q\"", "\\", "NULL", "é😀"].map(str::to_owned).to_vec()]).await?;
        keep(engine, &[vec![true, false], vec![]]).await?;
        keep(engine, &[vec![0.5_f64, -1e300]]).await?;
        keep(engine, &[vec![Uuid::nil(), Uuid::max()]]).await?;
        keep(engine, &[vec![jiff::Timestamp::UNIX_EPOCH]]).await?;
    }
    /// The program's own types.
    labels, |engine| {
        keep(engine, &[Mood::Fine, Mood::SoSo]).await?;
    }
}
