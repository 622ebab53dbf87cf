//! A table as it is declared, and `TableRef`: one that lives as long as the program or is shared.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::{ColumnDef, Type};
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
