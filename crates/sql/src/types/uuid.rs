//! UUIDs.

use uuid::Uuid;

use super::stored::stored;
use crate::schema::Type;
use crate::value::Value;

stored! {
    Uuid, Type::Uuid, "a UUID", |field| Value::Uuid(*field.as_bytes()), |found| match found {
        Value::Uuid(bytes) => Some(Uuid::from_bytes(*bytes)),
        Value::Bytes(bytes) => Uuid::from_slice(bytes).ok(),
        Value::Text(text) => Uuid::try_parse(text).ok(),
        _ => None,
    };
}
