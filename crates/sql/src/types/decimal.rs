//! Decimal numbers, as rust_decimal has them: up to 28 digits. A longer one that a database holds is an error, and is not rounded.

use rust_decimal::Decimal;

use super::stored::stored;
use crate::schema::Type;
use crate::value::Value;

stored! {
    Decimal, Type::Decimal, "a decimal number of at most 28 digits", |field| Value::Decimal(field.to_string().into()), |found| match found {
        Value::Decimal(digits) | Value::Text(digits) => exact(digits),
        Value::Int(int) => Some(Decimal::from(*int)),
        _ => None,
    };
}

/// Zeros at the end of the fraction say nothing, but count as digits.
fn exact(digits: &str) -> Option<Decimal> {
    let parse = |digits: &str| Decimal::from_str_exact(digits).ok();
    parse(digits).or_else(|| parse(digits.contains('.').then(|| digits.trim_end_matches('0').trim_end_matches('.'))?))
}
