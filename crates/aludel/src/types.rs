//! The types of other libraries that stand in columns, and the clock.

/// Decimal numbers, of up to 28 digits.
#[cfg(feature = "decimal")]
pub use rust_decimal::Decimal;
#[cfg(feature = "uuid")]
pub use uuid::Uuid;

#[cfg(feature = "json")]
pub use aludel_sql::Json;
pub use jiff::civil::{Date, DateTime, Time};
pub use jiff::{SignedDuration, Timestamp};

/// The moment, to the microsecond: what databases keep.
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    // The clock says no moment that jiff does not know.
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}
