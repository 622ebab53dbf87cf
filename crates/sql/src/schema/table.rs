//! A table and its columns as they are declared: in one file, since a column may reference a table. Also `TableRef`: a
//! table that lives as long as the program, or is shared.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::ty::Type;
use crate::error::{Error, Result};

/// A table: its name and its columns, from which its keys and constraints follow.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Table {
    /// The name in the database.
    pub name: Cow<'static, str>,
    /// The schema that it stands in; the database's default without one.
    pub schema: Option<Cow<'static, str>>,
    /// The columns, in the order of the table.
    pub columns: Cow<'static, [ColumnDef]>,
}

/// What stands for a table in types: a model, or the marker that `table!` makes.
#[diagnostic::on_unimplemented(message = "`{Self}` stands for no table", note = "add `#[derive(Model)]`, or declare it with `table!`")]
pub trait Entity: Send + Sync + 'static {
    /// The table.
    fn table() -> &'static Table;
}

/// A table of the program, or one that was made at run time.
#[derive(Clone)]
pub enum TableRef {
    /// Declared in the program.
    Static(&'static Table),
    /// Made at run time.
    Shared(Arc<Table>),
}

impl Table {
    /// Returns a table of the default schema.
    pub const fn new(name: &'static str, columns: &'static [ColumnDef]) -> Self {
        Self { name: Cow::Borrowed(name), schema: None, columns: Cow::Borrowed(columns) }
    }

    /// Returns a table of this schema.
    #[must_use]
    pub const fn in_schema(schema: &'static str, name: &'static str, columns: &'static [ColumnDef]) -> Self {
        Self { name: Cow::Borrowed(name), schema: Some(Cow::Borrowed(schema)), columns: Cow::Borrowed(columns) }
    }

    /// Returns a table made at run time, for example from a file or by reflection.
    pub fn dynamic(name: impl Into<String>, columns: Vec<ColumnDef>) -> Self {
        Self { name: Cow::Owned(name.into()), schema: None, columns: Cow::Owned(columns) }
    }

    /// The name with its schema, as people write it; not quoted.
    pub fn full_name(&self) -> Cow<'_, str> {
        match &self.schema {
            Some(schema) => Cow::Owned(format!("{schema}.{}", self.name)),
            None => Cow::Borrowed(&self.name),
        }
    }

    /// Finds the position of a column.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) with the names that are there.
    pub fn position(&self, name: &str) -> Result<usize> {
        self.columns.iter().position(|column| column.name == name).ok_or_else(|| {
            let known: Vec<_> = self.columns.iter().map(|column| &*column.name).collect();
            Error::usage(format!("table `{}` has no column `{name}`", self.full_name()))
                .hint(format!("its columns are `{}`", known.join("`, `")))
        })
    }

    /// The columns of the primary key, in the order of the table.
    pub fn primary_key(&self) -> impl Iterator<Item = &ColumnDef> {
        self.columns.iter().filter(|column| column.primary_key)
    }

    /// The position of the column whose value the database assigns when none is given: the only column
    /// of a primary key, if it is an integer and no foreign key.
    pub fn generated(&self) -> Option<usize> {
        let mut keys = self.columns.iter().enumerate().filter(|(_, column)| column.primary_key);
        let (at, key) = keys.next().filter(|_| keys.next().is_none())?;
        let integer = matches!(key.ty, Type::SmallInt | Type::Integer | Type::BigInt);
        (integer && key.references.is_none()).then_some(at)
    }
}

impl std::ops::Deref for TableRef {
    type Target = Table;

    fn deref(&self) -> &Table {
        match self {
            Self::Static(table) => table,
            Self::Shared(table) => table,
        }
    }
}

impl PartialEq for TableRef {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq::<Table>(&**self, &**other) || **self == **other
    }
}

impl fmt::Debug for TableRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.full_name())
    }
}

/// A column of a [`Table`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ColumnDef {
    /// The name in the database.
    pub name: Cow<'static, str>,
    /// What it holds.
    pub ty: Type,
    /// Whether NULL may stand in it.
    pub nullable: bool,
    /// The greatest number of Unicode characters of a text; checked before a statement is sent.
    pub length: Option<u32>,
    /// How many digits a decimal number has in all, and how many of them behind the point; checked before a statement is sent.
    pub precision: Option<(u8, u8)>,
    /// Whether it is part of the primary key.
    pub primary_key: bool,
    /// Whether no two rows may have the same value.
    pub unique: bool,
    /// Whether it has an index of its own.
    pub index: bool,
    /// The table whose primary key it holds.
    pub references: Option<References>,
}

/// The table that a foreign key points at; the key is the primary key there.
///
/// A function, so that two tables may point at each other.
#[derive(Clone, Copy)]
pub struct References(fn() -> &'static Table);

impl ColumnDef {
    /// Returns a column that holds `ty` and must not be NULL.
    pub const fn new(name: &'static str, ty: Type) -> Self {
        Self {
            name: Cow::Borrowed(name),
            ty,
            nullable: false,
            length: None,
            precision: None,
            primary_key: false,
            unique: false,
            index: false,
            references: None,
        }
    }

    /// Says whether NULL may stand in it.
    #[must_use]
    pub const fn nullable(mut self, nullable: bool) -> Self {
        self.nullable = nullable;
        self
    }

    /// Limits a text to this many Unicode characters.
    #[must_use]
    pub const fn length(mut self, characters: u32) -> Self {
        self.length = Some(characters);
        self
    }

    /// Limits a decimal number to this many digits in all, and behind the point.
    #[must_use]
    pub const fn precision(mut self, digits: u8, scale: u8) -> Self {
        self.precision = Some((digits, scale));
        self
    }

    /// Makes it part of the primary key.
    #[must_use]
    pub const fn primary_key(mut self) -> Self {
        self.primary_key = true;
        self
    }

    /// Forbids the same value in two rows.
    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Gives it an index.
    #[must_use]
    pub const fn index(mut self) -> Self {
        self.index = true;
        self
    }

    /// Makes it a foreign key, if there is a table to point at.
    #[must_use]
    pub const fn references(mut self, table: Option<fn() -> &'static Table>) -> Self {
        self.references = match table {
            Some(table) => Some(References(table)),
            None => None,
        };
        self
    }
}

impl References {
    /// The table that is pointed at.
    pub fn table(&self) -> &'static Table {
        (self.0)()
    }
}

impl PartialEq for References {
    fn eq(&self, other: &Self) -> bool {
        self.table().full_name() == other.table().full_name()
    }
}

impl fmt::Debug for References {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "References({})", self.table().full_name())
    }
}
