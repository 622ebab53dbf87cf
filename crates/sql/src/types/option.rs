//! `Option<T>`: a column that may be NULL.

use super::{Field, Link, SqlType};
use crate::error::Result;
use crate::row::RowRef;
use crate::schema::{Table, Type};
use crate::value::Value;

impl<T: SqlType> Field for Option<T> {
    fn value(&self) -> Value<'_> {
        match self {
            Some(value) => value.value(),
            None => Value::Null,
        }
    }

    fn take_value(&mut self) -> Value<'static> {
        match self {
            Some(value) => value.take_value(),
            None => Value::Null,
        }
    }

    fn read(&mut self, row: &dyn RowRef, at: usize) -> Result<()> {
        *self = Self::decode(row, at)?;
        Ok(())
    }

    fn assign(&mut self, key: i64) -> bool {
        self.as_mut().is_some_and(|value| value.assign(key))
    }

    fn is_auto(&self) -> bool {
        self.as_ref().is_some_and(Field::is_auto)
    }

    fn link(&self) -> Option<&dyn Link> {
        self.as_ref().and_then(Field::link)
    }

    fn link_mut(&mut self) -> Option<&mut dyn Link> {
        self.as_mut().and_then(Field::link_mut)
    }
}

#[diagnostic::do_not_recommend]
impl<T: SqlType> SqlType for Option<T> {
    type Sql = T::Sql;
    const TYPE: Type = T::TYPE;
    const NULLABLE: bool = true;
    const TARGET: Option<fn() -> &'static Table> = T::TARGET;

    fn decode_nullable(row: &dyn RowRef, at: usize) -> Result<Option<Self>> {
        T::decode_nullable(row, at).map(Some)
    }

    fn decode(row: &dyn RowRef, at: usize) -> Result<Self> {
        T::decode_nullable(row, at)
    }
}
