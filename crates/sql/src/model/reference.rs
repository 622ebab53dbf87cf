//! `Ref<M>`: a foreign key. It holds a key, or an object that has no key yet.

use std::any::Any;
use std::fmt;

use super::mapping::{IntoKey, Model, Wanted};
use super::obj::Obj;
use crate::ast::Node;
use crate::error::Result;
use crate::expr::{Assignable, Expr, IntoExpr, bind};
use crate::row::RowRef;
use crate::schema::{Entity, Table, Type};
use crate::types::{Field, Link, SqlType, Target};
use crate::value::Value;

/// A foreign key to `M`: the key itself, or a pending object whose key the flush will know.
pub struct Ref<M: Model>(State<M>);

enum State<M: Model> {
    Key(M::Key),
    Pending(Obj<M>),
}

impl<M: Model> Ref<M> {
    /// Returns the reference to the row with this key.
    pub fn key(key: impl Into<M::Key>) -> Self {
        Self(State::Key(key.into()))
    }

    /// The key, unless the object has none yet.
    pub fn get(&self) -> Option<&M::Key> {
        match &self.0 {
            State::Key(key) => Some(key),
            State::Pending(_) => None,
        }
    }
}

impl<M: Model> From<Obj<M>> for Ref<M> {
    fn from(obj: Obj<M>) -> Self {
        Self(State::Pending(obj))
    }
}

impl<M: Model> Clone for Ref<M> {
    fn clone(&self) -> Self {
        match &self.0 {
            State::Key(key) => Self(State::Key(key.clone())),
            State::Pending(obj) => Self(State::Pending(*obj)),
        }
    }
}

impl<M: Model> fmt::Debug for Ref<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            State::Key(key) => write!(f, "Ref({key:?})"),
            State::Pending(obj) => write!(f, "Ref({obj:?})"),
        }
    }
}

impl<M: Model<Key: SqlType>> Field for Ref<M> {
    fn value(&self) -> Value<'_> {
        match &self.0 {
            State::Key(key) => key.value(),
            State::Pending(_) => Value::Null,
        }
    }

    fn read(&mut self, row: &dyn RowRef, at: usize) -> Result<()> {
        *self = Self::decode(row, at)?;
        Ok(())
    }

    fn link(&self) -> Option<&dyn Link> {
        Some(self)
    }

    fn link_mut(&mut self) -> Option<&mut dyn Link> {
        Some(self)
    }
}

impl<M: Model> Link for Ref<M> {
    fn pending(&self) -> Option<Target> {
        match &self.0 {
            State::Key(_) => None,
            State::Pending(obj) => Some(obj.target()),
        }
    }

    fn settle(&mut self, key: &dyn Any) {
        if let Some(key) = key.downcast_ref::<M::Key>() {
            self.0 = State::Key(key.clone());
        }
    }

    fn unsettle(&mut self, target: Target) {
        self.0 = State::Pending(Obj::new(target.slot, target.generation, target.session));
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model<Key: SqlType>> SqlType for Ref<M> {
    type Sql = M::Key;
    const TYPE: Type = <M::Key as SqlType>::TYPE;
    const TARGET: Option<fn() -> &'static Table> = Some(<M as Entity>::table);

    fn decode_nullable(row: &dyn RowRef, at: usize) -> Result<Option<Self>> {
        Ok(M::Key::decode_nullable(row, at)?.map(|key| Self(State::Key(key))))
    }
}

macro_rules! expressions { ($($value:ty),*) => { $(
    /// Its key; of an object that has none in the program, the session that runs the statement puts the key in.
    #[diagnostic::do_not_recommend]
    impl<M: Model<Key: SqlType>> IntoExpr<M::Key> for $value {
        fn into_expr(self) -> Expr<M::Key> {
            Expr::new(self.key_node())
        }
    }

    #[diagnostic::do_not_recommend]
    impl<M: Model<Key: SqlType>, T> Assignable<T, M::Key> for $value {
        fn assigned(self) -> Node {
            self.key_node()
        }
    }
)* } }

expressions! { Ref<M>, &Ref<M>, Obj<M>, &Obj<M> }

impl<M: Model<Key: SqlType>> Ref<M> {
    fn key_node(&self) -> Node {
        bind(Ref::clone(self))
    }
}

impl<M: Model<Key: SqlType>> Obj<M> {
    fn key_node(&self) -> Node {
        Node::KeyOf(self.target())
    }
}

macro_rules! keys { ($($value:ty),*) => { $(
    #[diagnostic::do_not_recommend]
    impl<M: Model> IntoKey<M::Key, M> for $value {
        fn into_key(self) -> Wanted<M::Key, M> {
            match &self.0 {
                State::Key(key) => Wanted::Key(key.clone()),
                State::Pending(obj) => Wanted::Object(*obj),
            }
        }
    }
)* } }

keys! { Ref<M>, &Ref<M> }
