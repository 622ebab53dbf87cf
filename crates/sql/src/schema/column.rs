//! A column as it is declared: its type, whether it may be null, its part in keys.

use std::borrow::Cow;
use std::fmt;

use super::Table;

/// What a column holds; each dialect has a name of its own for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Type {
    /// A signed integer of 16 bits.
    SmallInt,
    /// A signed integer of 32 bits.
    Integer,
    /// A signed integer of 64 bits.
    BigInt,
    /// A floating-point number of 32 bits.
    Real,
    /// A floating-point number of 64 bits.
    Double,
    /// A truth value.
    Bool,
    /// Unicode text, limited by the column's `length` if it has one.
    Text,
    /// Bytes.
    Bytes,
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
