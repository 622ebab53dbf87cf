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
}
