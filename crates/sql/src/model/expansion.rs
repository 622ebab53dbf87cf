//! What the expansions of `derive(Model)`, `table!` and `mapper!` name, so that they stay small and a mistake gives one error.
//! Serves `aludel-derive` alone; nobody else should call it.

use super::Key;
use crate::error::Result;
use crate::expr::Column;
use crate::row::RowRef;
use crate::schema::{ColumnDef, Entity, Table, Type};
use crate::types::{Field, SqlType};

/// The type of a model's field, as expansions use it.
///
/// They write `<T as ModelField>::..` wherever they need the type, always at the place of the field's type: the
/// compiler reports equal errors at one place once, so that a type that is no column gives a single error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column",
    label = "not a type that a column can hold",
    note = "integers, floats, `bool`, `String`, `Vec<u8>`, dates and times, `Uuid`, `Json<..>`, `Ref<..>`, `Vec` and `Option` of them can; `#[derive(SqlType)]` makes one of your own"
)]
pub trait ModelField: Sized {
    /// What follows for the column from the type.
    const DECLARATION: Declaration;

    /// Reads the column at position `at`.
    ///
    /// # Errors
    /// As [`SqlType::decode`].
    fn decode_field(row: &dyn RowRef, at: usize) -> Result<Self>;

    /// The field without its type.
    fn as_field(&self) -> &dyn Field;

    /// As [`as_field`](ModelField::as_field), to write it.
    fn as_field_mut(&mut self) -> &mut dyn Field;

    /// A copy.
    #[must_use]
    fn duplicate(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: SqlType> ModelField for T {
    const DECLARATION: Declaration = Declaration { ty: T::TYPE, nullable: T::NULLABLE, target: T::TARGET };

    fn decode_field(row: &dyn RowRef, at: usize) -> Result<Self> {
        Self::decode(row, at)
    }

    fn as_field(&self) -> &dyn Field {
        self
    }

    fn as_field_mut(&mut self) -> &mut dyn Field {
        self
    }

    fn duplicate(&self) -> Self {
        self.clone()
    }
}

/// The type of a field of the primary key; apart from [`Key`], whose supertraits would each be an error of their own.
pub trait KeyField {
    /// The type itself.
    type Key: Key;
}

#[diagnostic::do_not_recommend]
impl<T: Key> KeyField for T {
    type Key = T;
}

/// What follows for a column from the type of its field.
#[derive(Clone, Copy, Debug)]
pub struct Declaration {
    ty: Type,
    nullable: bool,
    target: Option<fn() -> &'static Table>,
}

/// Returns the column of a field of this type.
pub const fn column(name: &'static str, declaration: Declaration) -> ColumnDef {
    ColumnDef::new(name, declaration.ty).nullable(declaration.nullable).references(declaration.target)
}

/// A column of `table!` as a type, so that `mapper!`, which sees only its name, knows all of it.
pub trait ColumnType {
    /// The table.
    type Table: Entity;
    /// The type of the column's values.
    type Value;
    /// The column.
    const COLUMN: Column<Self::Table, Self::Value>;
    /// What follows for it from its type and from `references(..)`.
    const DECLARATION: Declaration;
}

/// Returns the declaration of a column of type `T` that is written `references(column)`.
///
/// The column comes in a function that nobody calls: its value would be a circle where two tables refer to each other.
pub const fn foreign_key<T: RefersTo<K>, M: Entity, K>(declaration: Declaration, _column: fn() -> Column<M, K>) -> Declaration {
    Declaration { target: Some(<M as Entity>::table), ..declaration }
}

/// Whether a foreign key may point at the column: it is the whole primary key of its table.
pub const fn is_whole_key<M, T>(column: Column<M, T>) -> bool {
    column.is_whole_key()
}

/// A type whose column may refer to one that holds `K`.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` cannot refer to a column of type `{K}`",
    label = "this column holds a `{K}`"
)]
pub trait RefersTo<K> {}
#[diagnostic::do_not_recommend]
impl<T: SqlType, K: SqlType<Sql = T::Sql>> RefersTo<K> for T {}

/// The field of the model `Self` that stands in the column `C`.
pub trait MappedField<C: ColumnType> {
    /// Its position in the mapping.
    const AT: u16;

    /// The field.
    fn get(&self) -> &C::Value;
}

/// The primary key of a table of `table!`, for the model `M`.
#[diagnostic::on_unimplemented(
    message = "`{M}` does not map the whole primary key of `{Self}`",
    label = "list all columns of the key in the braces",
    note = "without its whole key an object cannot be found again"
)]
pub trait KeyOf<M> {
    /// The column's type, or a tuple.
    type Key: Key;
    /// The fields of the key, in the order of the table.
    const FIELDS: &'static [u16];

    /// The key of an object.
    fn key(model: &M) -> Self::Key;

    /// Reads the key; the columns of the mapping begin at position `at`.
    ///
    /// # Errors
    /// As [`SqlType::decode`].
    fn decode(row: &dyn RowRef, at: usize) -> Result<Self::Key>;
}

/// The type of a field that is mapped to the column `C`: the column's own.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot stand in `{C}`, which holds another type",
    label = "the column holds another type than this field"
)]
pub trait Fits<C: ColumnType>: Sized {
    /// Reads the column at position `at`.
    ///
    /// # Errors
    /// As [`SqlType::decode`].
    fn decode_field(row: &dyn RowRef, at: usize) -> Result<Self>;
    /// The field as what it is.
    fn as_value(&self) -> &C::Value;
    /// The field without its type.
    fn as_field(&self) -> &dyn Field;
    /// As [`as_field`](Fits::as_field), to write it.
    fn as_field_mut(&mut self) -> &mut dyn Field;
    /// A copy.
    #[must_use]
    fn duplicate(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: SqlType, C: ColumnType<Value = T>> Fits<C> for T {
    fn decode_field(row: &dyn RowRef, at: usize) -> Result<Self> {
        Self::decode(row, at)
    }

    fn as_value(&self) -> &T {
        self
    }

    fn as_field(&self) -> &dyn Field {
        self
    }

    fn as_field_mut(&mut self) -> &mut dyn Field {
        self
    }

    fn duplicate(&self) -> Self {
        self.clone()
    }
}
