//! `Selection`: what one row of a query becomes: a model, a scalar, a tuple of them, a `Row`.

use std::any::Any;

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp};

use super::mode::Mode;
use crate::error::Result;
use crate::expr::Column;
use crate::model::Model;
use crate::row::{Row, RowRef};
use crate::types::{Element, SqlType};

/// What one row of a query becomes.
#[diagnostic::on_unimplemented(message = "a query cannot return `{Self}`", label = "not a model, a column's value, or a tuple of them")]
pub trait Selection: 'static {
    /// What it is in the mode of the executor: a session makes handles of models.
    type Out<X: Mode>: Send;

    /// How many columns it takes.
    fn width() -> usize;

    /// Reads it; its columns begin at position `at`.
    ///
    /// # Errors
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) if what is stored does not fit.
    fn take<X: Mode>(row: &dyn RowRef, at: usize, tracker: &mut dyn Any) -> Result<Self::Out<X>>;
}

#[diagnostic::do_not_recommend]
impl<M: Model> Selection for M {
    type Out<X: Mode> = X::Out<M>;

    fn width() -> usize {
        M::mapping().columns.len()
    }

    fn take<X: Mode>(row: &dyn RowRef, at: usize, tracker: &mut dyn Any) -> Result<X::Out<M>> {
        X::take::<M>(row, at, tracker)
    }
}

macro_rules! values { ($([$($generic:tt)*] $ty:ty),* $(,)?) => { $(
    #[diagnostic::do_not_recommend]
    impl<$($generic)*> Selection for $ty {
        type Out<X: Mode> = Self;

        fn width() -> usize {
            1
        }

        fn take<X: Mode>(row: &dyn RowRef, at: usize, _tracker: &mut dyn Any) -> Result<Self> {
            Self::decode(row, at)
        }
    }
)* } }

values! { [] i16, [] i32, [] i64, [] u32, [] f32, [] f64, [] bool, [] String, [] Vec<u8>, [T: SqlType] Option<T>, [M: Model<Key: SqlType>] crate::model::Ref<M> }
values! { [] Date, [] Time, [] DateTime, [] Timestamp, [] SignedDuration, [T: Element] Vec<T> }
#[cfg(feature = "uuid")]
values! { [] uuid::Uuid }
#[cfg(feature = "decimal")]
values! { [] rust_decimal::Decimal }
#[cfg(feature = "json")]
values! { [T: serde::Serialize + serde::de::DeserializeOwned + Clone + Send + Sync + 'static] crate::types::Json<T> }

macro_rules! tuples { ($($name:ident)*) => {
    #[diagnostic::do_not_recommend]
    impl<$($name: Selection),*> Selection for ($($name,)*) {
        type Out<X: Mode> = ($($name::Out<X>,)*);

        fn width() -> usize {
            0 $(+ $name::width())*
        }

        #[allow(unused_assignments, reason = "the last position is computed and not read")]
        fn take<X: Mode>(row: &dyn RowRef, mut at: usize, tracker: &mut dyn Any) -> Result<Self::Out<X>> {
            Ok(($({
                let value = $name::take::<X>(row, at, tracker)?;
                at += $name::width();
                value
            },)*))
        }
    }
} }

tuples! { A }
tuples! { A B }
tuples! { A B C }
tuples! { A B C D }
tuples! { A B C D E }
tuples! { A B C D E F }
tuples! { A B C D E F G }
tuples! { A B C D E F G H }

impl Selection for Row {
    type Out<X: Mode> = Self;

    fn width() -> usize {
        0
    }

    fn take<X: Mode>(row: &dyn RowRef, _at: usize, _tracker: &mut dyn Any) -> Result<Self> {
        Self::copy(row)
    }
}

/// What finds a value in a [`Row`]: a column, a name or a position.
pub trait RowIndex<T> {
    /// The position.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) if the row has no such column.
    fn position(&self, row: &Row) -> Result<usize>;
}

impl<M, T> RowIndex<T> for Column<M, T> {
    fn position(&self, row: &Row) -> Result<usize> {
        row.position(&self.definition().name)
    }
}

impl<T> RowIndex<T> for &str {
    fn position(&self, row: &Row) -> Result<usize> {
        row.position(self)
    }
}

impl<T> RowIndex<T> for usize {
    fn position(&self, row: &Row) -> Result<usize> {
        row.check_position(*self)
    }
}

impl Row {
    /// Reads a value by column, name or position.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) if there is no such column, [`ErrorKind::Data`](crate::ErrorKind::Data) if the value is no `T`.
    pub fn try_get<T: SqlType>(&self, index: impl RowIndex<T>) -> Result<T> {
        T::decode(self, index.position(self)?)
    }

    /// Reads a value by column, name or position.
    ///
    /// # Panics
    /// Where [`try_get`](Row::try_get) returns an error, with its text.
    #[track_caller]
    #[allow(clippy::panic, reason = "the short form of `try_get`, as an index is")]
    pub fn get<T: SqlType>(&self, index: impl RowIndex<T>) -> T {
        match self.try_get(index) {
            Ok(value) => value,
            Err(error) => panic!("{error:?}"),
        }
    }
}
