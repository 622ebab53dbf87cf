//! What is encoded is decoded to the same, whatever it is.

use aludel_sql::Value;
use bytes::BytesMut;
use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use tokio_postgres::types::{IsNull, Type};

use super::one;
use crate::decode;
use crate::kind::Kind;

/// A value, and a type that holds it.
fn simple() -> impl Strategy<Value = (Value<'static>, Type)> {
    let date = || (1_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| Date::constant(year, month, day));
    let time = || {
        (0_i8..24, 0_i8..60, 0_i8..60, 0..1_000_000)
            .prop_map(|(hour, minute, second, micro)| Time::constant(hour, minute, second, micro * 1000))
    };
    prop_oneof![
        any::<bool>().prop_map(|bool| (Value::Bool(bool), Type::BOOL)),
        any::<i16>().prop_map(|int| (Value::Int(int.into()), Type::INT2)),
        any::<i32>().prop_map(|int| (Value::Int(int.into()), Type::INT4)),
        any::<i64>().prop_map(|int| (Value::Int(int), Type::INT8)),
        any::<u32>().prop_map(|int| (Value::Int(int.into()), Type::OID)),
        any::<f32>().prop_map(|float| (Value::Float(float.into()), Type::FLOAT4)),
        any::<f64>().prop_map(|float| (Value::Float(float), Type::FLOAT8)),
        any::<String>().prop_map(|text| (Value::Text(text.into()), Type::TEXT)),
        any::<String>().prop_map(|text| (Value::Json(text.into()), Type::JSONB)),
        any::<Vec<u8>>().prop_map(|bytes| (Value::Bytes(bytes.into()), Type::BYTEA)),
        any::<[u8; 16]>().prop_map(|bytes| (Value::Uuid(bytes), Type::UUID)),
        date().prop_map(|date| (Value::Date(date), Type::DATE)),
        time().prop_map(|time| (Value::Time(time), Type::TIME)),
        (date(), time()).prop_map(|(date, time)| (Value::DateTime(DateTime::from_parts(date, time)), Type::TIMESTAMP)),
        (-62_135_596_800_000_000_i64..=253_402_207_200_000_000)
            .prop_map(|micros| (Value::Timestamp(Timestamp::from_microsecond(micros).expect("in range")), Type::TIMESTAMPTZ)),
        any::<i64>().prop_map(|micros| (Value::Duration(SignedDuration::from_micros(micros)), Type::INTERVAL)),
    ]
}

fn there_and_back(value: &Value<'_>, kind: &Kind) -> Option<Value<'static>> {
    let mut out = BytesMut::new();
    match one(value, kind, &mut out).ok()? {
        IsNull::Yes => Some(Value::Null),
        IsNull::No => decode::value(kind, &out).ok().map(Value::into_owned),
    }
}

proptest! {
    #[test]
    fn values_stay((value, ty) in simple()) {
        let back = there_and_back(&value, &Kind::of(&ty));
        prop_assert!(back.as_ref().is_some_and(|back| back.is_same(&value)), "{value:?} comes back as {back:?}");
    }

    #[test]
    fn arrays_stay((value, ty) in simple(), rows in 0_usize..4, columns in 1_usize..4, null in 0_usize..12) {
        let kind = Kind::Array(Box::new(Kind::of(&ty)), ty.oid());
        let cell = |nth: usize| if nth == null { Value::Null } else { value.clone() };
        let flat = Value::Array((0..rows).map(cell).collect());
        let deep = Value::Array((0..rows).map(|row| Value::Array((0..columns).map(|column| cell(row * columns + column)).collect())).collect());
        for array in [flat, deep] {
            let back = there_and_back(&array, &kind);
            prop_assert!(back.as_ref().is_some_and(|back| back.is_same(&array)), "{array:?} comes back as {back:?}");
        }
    }
}
