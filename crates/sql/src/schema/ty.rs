//! What a column holds.

/// What a column holds; each dialect has a name of its own for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Type {
    /// A signed integer of 16 bits.
    SmallInt,
    /// A signed integer of 32 bits.
    Integer,
    /// A signed integer of 64 bits.
    BigInt,
    /// A floating-point number of 32 bits.
    Real,
    /// A floating-point number of 64 bits.
    Double,
    /// A truth value.
    Bool,
    /// Unicode text, limited by the column's `length` if it has one.
    Text,
    /// Bytes.
    Bytes,
    /// A decimal number, limited by the column's `precision` if it has one.
    Decimal,
    /// A UUID.
    Uuid,
    /// A day of the calendar.
    Date,
    /// A time of the day, to the microsecond.
    Time,
    /// A day and a time of no time zone, to the microsecond.
    DateTime,
    /// A moment, to the microsecond.
    Timestamp,
    /// An elapsed time, to the microsecond.
    Duration,
    /// A JSON document.
    Json,
    /// Values of one type, in order: an array where the database has them, a JSON document elsewhere.
    Array(&'static Type),
    /// One of a list of names.
    Enum(&'static Labels),
}

/// The names of a column that holds one of a list: a type of its own where the database has such, text with a CHECK elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Labels {
    /// The name of the type, where it has one.
    pub name: &'static str,
    /// The names, in their order.
    pub labels: &'static [&'static str],
}

impl Labels {
    /// Returns a list of names.
    pub const fn new(name: &'static str, labels: &'static [&'static str]) -> Self {
        Self { name, labels }
    }

    /// The number of characters of the longest name; at least 1.
    pub fn longest(&self) -> usize {
        self.labels.iter().map(|label| label.chars().count()).max().unwrap_or(0).max(1)
    }
}
