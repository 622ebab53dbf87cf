//! `Field`: the object-safe face of a column's type, so that one non-generic function serves every model.
//! Also `Link`, what the unit of work needs to know of a foreign key.

use std::any::{Any, TypeId};
use std::fmt;

use crate::error::Result;
use crate::row::RowRef;
use crate::value::Value;

/// A field of a model, whatever its type.
pub trait Field: Send + Sync + 'static {
    /// The value to send, borrowed where it can be.
    fn value(&self) -> Value<'_>;

    /// Moves the value out, where that saves a copy; the field is not used afterwards.
    fn take_value(&mut self) -> Value<'static> {
        self.value().into_owned()
    }

    /// Overwrites the field with the column at position `at`.
    ///
    /// # Errors
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) if what is stored does not fit; the field is unchanged then.
    fn read(&mut self, row: &dyn RowRef, at: usize) -> Result<()>;

    /// Whether the value is [`auto()`](super::auto()): the database is to assign it.
    fn is_auto(&self) -> bool {
        false
    }

    /// Takes the key that the database has assigned; `false` if the type cannot hold it.
    fn assign(&mut self, _key: i64) -> bool {
        false
    }

    /// Makes the value [`auto()`](super::auto()) again, after a flush that has failed. Does nothing where there is no such value.
    fn set_auto(&mut self) {}

    /// The foreign key that may still wait for its key, if the field is one.
    fn link(&self) -> Option<&dyn Link> {
        None
    }

    /// As [`link`](Field::link), to settle it.
    fn link_mut(&mut self) -> Option<&mut dyn Link> {
        None
    }
}

/// A foreign key that may point at an object which has no key yet.
pub trait Link {
    /// The object that it points at, as long as it has no key.
    fn pending(&self) -> Option<Target>;

    /// Puts the key in, now that the object has one. `key` is the key type of the target's model; another
    /// type changes nothing.
    fn settle(&mut self, key: &dyn Any);

    /// Points at the object again, after a flush that has failed.
    fn unsettle(&mut self, target: Target);
}

/// An object in a session, without its type. Shown as the model, `Person`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// The model's type.
    pub model: TypeId,
    /// The type's name, for messages.
    pub name: &'static str,
    /// The place in the arena.
    pub slot: u32,
    /// How often the place has been used before.
    pub generation: u32,
    /// The session that the object is in.
    pub session: u32,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name.rsplit("::").next().unwrap_or(self.name))
    }
}
