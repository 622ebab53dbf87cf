//! `SqlType`: what can stand in a column, and `Scalar`: what stands there by itself.

use super::field::Field;
use crate::error::Result;
use crate::row::{RowRef, unexpected_null};
use crate::schema::{Table, Type};

/// A Rust type that can stand in a column.
///
/// Integers, floats, `bool`, `String`, `Vec<u8>`, dates and times, UUIDs, decimals, JSON, arrays, types of the program's own
/// ([`CustomType`](super::CustomType)), foreign keys (`Ref<M>`) and `Option` of each.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column",
    label = "not a type that a column can hold",
    note = "integers, floats, `bool`, `String`, `Vec<u8>`, dates and times, `Uuid`, `Json<..>`, `Ref<..>`, `Vec` and `Option` of them can; `#[derive(SqlType)]` makes one of your own"
)]
pub trait SqlType: Field + Clone + Sized {
    /// What it compares as: an `Option<T>` as its `T`, a `Ref<M>` as the key of `M`.
    type Sql;

    /// What the column is declared as.
    const TYPE: Type;

    /// Whether the column may be NULL.
    const NULLABLE: bool = false;

    /// The table that a foreign key points at.
    const TARGET: Option<fn() -> &'static Table> = None;

    /// Reads the column at position `at`; `None` for NULL.
    ///
    /// # Errors
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) if what is stored does not fit, naming the column.
    fn decode_nullable(row: &dyn RowRef, at: usize) -> Result<Option<Self>>;

    /// Reads the column at position `at`.
    ///
    /// # Errors
    /// As [`decode_nullable`](SqlType::decode_nullable), and for a NULL that the type has no place for.
    fn decode(row: &dyn RowRef, at: usize) -> Result<Self> {
        Self::decode_nullable(row, at)?.ok_or_else(|| unexpected_null(row, at))
    }
}

/// A type that compares as itself: every [`SqlType`] but `Option` and foreign keys.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a single, non-null value of a column")]
pub trait Scalar: SqlType<Sql = Self> {}
