//! The scalars of Rust itself: integers, floats, `bool`, `String`, `Vec<u8>`; and `auto()`.

use std::borrow::Cow;
use std::mem::take;

use super::{Field, Scalar, SqlType};
use crate::error::Result;
use crate::row::{RowRef, out_of_range};
use crate::schema::Type;
use crate::value::Value;

/// A column's value that the database assigns: `auto()` stands for it until the flush.
///
/// The place-holder is a number that hardly anybody stores; where somebody does, it is refused and not taken for something else.
#[diagnostic::on_unimplemented(message = "`auto()` is for keys and versions that the database assigns; `{Self}` is not one")]
pub trait Auto: Field + PartialEq + Sized {
    /// The place-holder.
    const AUTO: Self;
}

/// Says that the database is to assign this key; the value is there after the flush.
pub fn auto<T: Auto>() -> T {
    T::AUTO
}

/// Text: what `like` works on.
#[diagnostic::on_unimplemented(message = "`{Self}` is not text", label = "`like` works on text columns")]
pub trait Text {}
#[diagnostic::do_not_recommend]
impl Text for String {}

macro_rules! integers { ($($rust:ty, $sql:ident, $auto:expr;)*) => { $(
    impl Field for $rust {
        fn value(&self) -> Value<'_> {
            Value::Int(i64::from(*self))
        }
        fn take_value(&mut self) -> Value<'static> {
            Value::Int(i64::from(*self))
        }
        fn read(&mut self, row: &dyn RowRef, at: usize) -> Result<()> {
            *self = Self::decode(row, at)?;
            Ok(())
        }
        fn assign(&mut self, key: i64) -> bool {
            Self::try_from(key).map(|key| *self = key).is_ok()
        }
        fn is_auto(&self) -> bool {
            *self == Self::AUTO
        }
        fn set_auto(&mut self) {
            *self = Self::AUTO;
        }
    }
    impl SqlType for $rust {
        type Sql = Self;
        const TYPE: Type = Type::$sql;
        fn decode_nullable(row: &dyn RowRef, at: usize) -> Result<Option<Self>> {
            let Some(wide) = row.int(at)? else { return Ok(None) };
            Self::try_from(wide).map(Some).map_err(|_| out_of_range(row, at, concat!("`", stringify!($rust), "`")))
        }
    }
    impl Scalar for $rust {}
    #[diagnostic::do_not_recommend]
    impl Auto for $rust {
        const AUTO: Self = $auto;
    }
)* } }

integers! {
    i16, SmallInt, -29_877;
    i32, Integer, -1_968_042_711;
    i64, BigInt, -7_046_029_254_386_353_131;
    u32, BigInt, 4_159_287_161;
}

macro_rules! scalars { ($($rust:ty, $sql:ident, $read:ident, |$field:ident| $value:expr, |$taken:ident| $take:expr, |$found:ident| $decode:expr;)*) => { $(
    impl Field for $rust {
        fn value(&self) -> Value<'_> {
            let $field = self;
            $value
        }
        fn take_value(&mut self) -> Value<'static> {
            let $taken = self;
            $take
        }
        fn read(&mut self, row: &dyn RowRef, at: usize) -> Result<()> {
            *self = Self::decode(row, at)?;
            Ok(())
        }
    }
    impl SqlType for $rust {
        type Sql = Self;
        const TYPE: Type = Type::$sql;
        fn decode_nullable(row: &dyn RowRef, at: usize) -> Result<Option<Self>> {
            Ok(row.$read(at)?.map(|$found| $decode))
        }
    }
    impl Scalar for $rust {}
)* } }

scalars! {
    bool, Bool, bool, |field| Value::Bool(*field), |field| Value::Bool(*field), |found| found;
    f64, Double, float, |field| Value::Float(*field), |field| Value::Float(*field), |found| found;
    f32, Real, float, |field| Value::Float(f64::from(*field)), |field| Value::Float(f64::from(*field)), |found| found as f32;
    String, Text, text, |field| Value::Text(Cow::Borrowed(field)), |field| Value::Text(Cow::Owned(take(field))), |found| found.to_owned();
    Vec<u8>, Bytes, bytes, |field| Value::Bytes(Cow::Borrowed(field)), |field| Value::Bytes(Cow::Owned(take(field))), |found| found.to_owned();
}
