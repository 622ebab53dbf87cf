//! JSON documents: `Json<T>`, any value that serde can write and read.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::stored::read;
use super::{Field, Scalar, SqlType};
use crate::error::Result;
use crate::row::RowRef;
use crate::schema::Type;
use crate::value::Value;

/// A value that is kept as a JSON document. A change within it is noticed by the flush.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Json<T>(pub T);

impl<T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static> Field for Json<T> {
    /// What cannot be written, such as a map whose keys are no texts, is an empty text, which is refused before it is sent.
    fn value(&self) -> Value<'_> {
        Value::Json(serde_json::to_string(&self.0).unwrap_or_default().into())
    }

    fn read(&mut self, row: &dyn RowRef, at: usize) -> Result<()> {
        *self = Self::decode(row, at)?;
        Ok(())
    }
}

impl<T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static> SqlType for Json<T> {
    type Sql = Self;
    const TYPE: Type = Type::Json;

    fn decode_nullable(row: &dyn RowRef, at: usize) -> Result<Option<Self>> {
        read(row, at, "a JSON document of the field's form", |found| match found {
            Value::Json(text) | Value::Text(text) => serde_json::from_str(text).ok().map(Self),
            _ => None,
        })
    }
}

impl<T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static> Scalar for Json<T> {}

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for Json<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// As what is in it.
impl<T: Serialize> Serialize for Json<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// As what is in it.
impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for Json<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}
