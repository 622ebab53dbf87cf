//! `Model`: a user's struct, and how its fields stand in a table's columns.

use std::fmt::Debug;
use std::hash::Hash;

use super::obj::Obj;
use crate::error::Result;
use crate::row::RowRef;
use crate::schema::{Entity, Table, TableRef};
use crate::types::{Field, Text};
use crate::value::Value;

/// How a model stands in its table. All positions of columns are those in the table.
#[derive(Debug)]
pub struct Mapping {
    /// The name of the model, for messages.
    pub model: &'static str,
    /// The table.
    pub table: &'static Table,
    /// The column of each field, in the order of the fields.
    pub columns: &'static [u16],
    /// The fields that make up the primary key, in the order of the table.
    pub key: &'static [u16],
}

/// A value that can be a primary key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a primary key",
    label = "a key is compared, hashed, copied and shown",
    note = "derive `Clone`, `PartialEq`, `Eq`, `Hash` and `Debug` for it"
)]
pub trait Key: Clone + Eq + Hash + Debug + Send + Sync + 'static {
    /// The values, in the order of the key's fields.
    fn values(&self) -> Vec<Value<'_>>;
}

#[diagnostic::do_not_recommend]
impl<K: Field + Clone + Eq + Hash + Debug> Key for K {
    fn values(&self) -> Vec<Value<'_>> {
        vec![self.value()]
    }
}

macro_rules! tuples { ($($name:ident)*) => {
    #[diagnostic::do_not_recommend]
    impl<$($name: Key),*> Key for ($($name,)*) {
        #[allow(non_snake_case, reason = "a value is called as its type parameter")]
        fn values(&self) -> Vec<Value<'_>> {
            let ($($name,)*) = self;
            [$($name.values()),*].into_iter().flatten().collect()
        }
    }
} }

tuples! { A B }
tuples! { A B C }
tuples! { A B C D }

/// What finds an object of the model `M` by its primary key: the key, a `&str` for a text, a reference to the model.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a primary key of `{M}`", label = "expected a `{K}`, or a `Ref<{M}>`")]
pub trait IntoKey<K, M> {
    /// The key, or the object.
    fn into_key(self) -> Wanted<K, M>;
}

/// What is looked for.
pub enum Wanted<K, M> {
    /// The object with this key.
    Key(K),
    /// An object that had no key when it was referred to.
    Object(Obj<M>),
}

#[diagnostic::do_not_recommend]
impl<K: Key, M> IntoKey<K, M> for K {
    fn into_key(self) -> Wanted<K, M> {
        Wanted::Key(self)
    }
}

#[diagnostic::do_not_recommend]
impl<K: Text + From<String>, M> IntoKey<K, M> for &str {
    fn into_key(self) -> Wanted<K, M> {
        Wanted::Key(K::from(self.to_owned()))
    }
}

/// A struct that is stored as a row: made by `#[derive(Model)]` or `mapper!`.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a model", note = "add `#[derive(Model)]`, or map it to a table with `mapper!`")]
pub trait Model: Entity + Sized {
    /// The type of the primary key: the field's, or a tuple of the fields'.
    type Key: Key;

    /// How it stands in its table.
    fn mapping() -> &'static Mapping;

    /// Reads an object; the columns of the mapping begin at position `at`.
    ///
    /// # Errors
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) if what is stored does not fit a field.
    fn decode(row: &dyn RowRef, at: usize) -> Result<Self>;

    /// Reads only the key; the columns of the mapping begin at position `at`.
    ///
    /// # Errors
    /// As [`decode`](Model::decode).
    fn decode_key(row: &dyn RowRef, at: usize) -> Result<Self::Key>;

    /// The key.
    fn key(&self) -> Self::Key;

    /// A copy, field by field; `Clone` is not asked for.
    fn duplicate(&self) -> Self;

    /// The field at position `at` of the mapping, which is below the number of columns.
    fn field(&self, at: usize) -> &dyn Field;

    /// As [`field`](Model::field), to write it.
    fn field_mut(&mut self, at: usize) -> &mut dyn Field;
}

impl Mapping {
    /// The table, as statements hold it.
    pub fn table_ref(&self) -> TableRef {
        TableRef::Static(self.table)
    }

    /// The field whose value the database assigns, if there is one.
    pub fn generated(&self) -> Option<usize> {
        let column = self.table.generated()?;
        self.columns.iter().position(|at| usize::from(*at) == column)
    }
}
