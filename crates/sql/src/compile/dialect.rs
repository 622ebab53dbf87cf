//! `Dialect`: what differs between databases in the text of a statement. One quirk, one method.

use std::borrow::Cow;
use std::fmt::{self, Debug, Write};

use crate::ast::QuestionMarks;
use crate::error::Result;
use crate::schema::{ColumnDef, Table};

/// A statement that changes rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dml {
    /// INSERT.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
}

/// As SQL has it.
impl fmt::Display for Dml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        })
    }
}

/// How long a name may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// So many bytes in UTF-8.
    Bytes(usize),
    /// So many characters.
    Characters(usize),
}

/// What differs between databases in the text of a statement.
pub trait Dialect: Debug + Send + Sync + 'static {
    /// The name, such as `sqlite`.
    fn name(&self) -> &'static str;

    /// The character around an identifier that needs quotes; doubled inside.
    fn quote(&self) -> char {
        '"'
    }

    /// Whether a lower-case word cannot be an identifier without quotes.
    fn is_reserved(&self, word: &str) -> bool;

    /// Writes the placeholder of the `number`-th bind, counted from 1.
    fn placeholder(&self, out: &mut String, number: usize) {
        let _infallible = write!(out, "?{number}");
    }

    /// How long a name may be: a longer one is refused, where the database itself might shorten it.
    fn longest_name(&self) -> Option<Length> {
        None
    }

    /// The name of a column's type; `generated` says that the database assigns its values.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for a column that the database cannot have.
    fn type_name(&self, table: &Table, column: &ColumnDef, generated: bool) -> Result<Cow<'static, str>>;

    /// Whether a backslash in a text literal is to be doubled.
    fn escapes_backslashes(&self) -> bool {
        false
    }

    /// What stands behind the parentheses of CREATE TABLE.
    fn table_options(&self) -> &'static str {
        ""
    }

    /// Whether indexes are declared with their table, and not by statements of their own.
    fn declares_indexes(&self) -> bool {
        false
    }

    /// Whether CREATE INDEX names the schema before the index, and not before its table.
    fn qualifies_indexes(&self) -> bool {
        false
    }

    /// Whether a foreign key can point at a table of another schema, and names the schema of its table.
    fn references_schemas(&self) -> bool {
        true
    }

    /// Whether a statement can return the rows that it changes.
    fn returns(&self, dml: Dml) -> bool;

    /// Whether the key that the database assigns to a row is told by RETURNING, and not by the driver.
    fn returns_keys(&self) -> bool {
        false
    }

    /// What inserts a row of nothing but defaults, behind the name of the table.
    fn row_of_defaults(&self) -> &'static str {
        " DEFAULT VALUES"
    }

    /// Whether rows are inserted best as one array for each column: the text is the same for any number of rows.
    fn inserts_arrays(&self) -> bool {
        false
    }

    /// How many parameters a statement may have.
    fn max_parameters(&self) -> usize {
        usize::from(u16::MAX)
    }

    /// What a question mark in raw SQL is.
    fn question_marks(&self) -> QuestionMarks {
        QuestionMarks::Parameters
    }

    /// Whether rows are inserted best by running a statement of one row again and again.
    fn repeats_inserts(&self) -> bool {
        false
    }

    /// Whether rows are made only as they are taken, so that `first` needs a limit only where rows are sorted.
    fn is_lazy(&self) -> bool {
        false
    }

    /// What stands before the placeholder of a limit.
    fn limit_prefix(&self) -> &'static str {
        ""
    }

    /// How to say that there is no limit, where OFFSET cannot stand alone.
    fn no_limit(&self) -> Option<&'static str> {
        None
    }
}
