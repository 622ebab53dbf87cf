//! Types of the program's own: each is kept as another that can stand in a column.

use super::{Scalar, SqlType};
use crate::error::{Error, Result};
use crate::row::RowRef;
use crate::schema::Type;
use crate::value::Value;

/// A type of the program's own that is kept as another: `#[derive(SqlType)]` implements it for a struct of one field and for an
/// enum without fields. By hand it takes this trait and `custom_type!`.
///
/// ```
/// use aludel_sql::{CustomType, Value, custom_type};
///
/// #[derive(Clone, Debug, PartialEq)]
/// struct Celsius(f64);
///
/// impl CustomType for Celsius {
///     type Stored = f64;
///
///     fn store(&self) -> Value<'_> {
///         Value::Float(self.0)
///     }
///
///     fn restore(stored: f64) -> Result<Self, &'static str> {
///         if stored < -273.15 { Err("is below absolute zero") } else { Ok(Self(stored)) }
///     }
/// }
///
/// custom_type!(Celsius);
/// ```
pub trait CustomType: Clone + Send + Sync + Sized + 'static {
    /// What it is kept as.
    type Stored: Scalar;

    /// What the column is declared as.
    const TYPE: Type = <Self::Stored as SqlType>::TYPE;

    /// The value to send: one that `Stored` can be read from.
    fn store(&self) -> Value<'_>;

    /// Makes it of what was read.
    ///
    /// # Errors
    /// What is wrong with it, without the value: `is below absolute zero`.
    fn restore(stored: Self::Stored) -> Result<Self, &'static str>;
}

/// Reads a value of the program's own.
///
/// # Errors
/// [`ErrorKind::Data`](crate::ErrorKind::Data) if what is stored is none.
pub fn restore<T: CustomType>(row: &dyn RowRef, at: usize) -> Result<Option<T>> {
    let Some(stored) = T::Stored::decode_nullable(row, at)? else { return Ok(None) };
    T::restore(stored).map(Some).map_err(|reason| {
        let column = &row.names()[at];
        Error::data(&**column, format!("what column `{column}` holds {reason}"))
    })
}

/// Lets a type that implements `CustomType` stand in a column and be what a query returns.
#[macro_export]
macro_rules! custom_type {
    ($ty:ty) => {
        impl $crate::Field for $ty {
            fn value(&self) -> $crate::Value<'_> {
                <Self as $crate::CustomType>::store(self)
            }
            fn read(&mut self, row: &dyn $crate::RowRef, at: usize) -> $crate::Result<()> {
                *self = <Self as $crate::SqlType>::decode(row, at)?;
                Ok(())
            }
        }
        impl $crate::SqlType for $ty {
            type Sql = Self;
            const TYPE: $crate::Type = <Self as $crate::CustomType>::TYPE;
            fn decode_nullable(row: &dyn $crate::RowRef, at: usize) -> $crate::Result<::std::option::Option<Self>> {
                $crate::__private::restore::<Self>(row, at)
            }
        }
        impl $crate::Scalar for $ty {}
        impl $crate::Selection for $ty {
            type Out<X: $crate::Mode> = Self;
            fn width() -> usize {
                1
            }
            fn take<X: $crate::Mode>(row: &dyn $crate::RowRef, at: usize, _tracker: &mut dyn ::std::any::Any) -> $crate::Result<Self> {
                <Self as $crate::SqlType>::decode(row, at)
            }
        }
    };
}
