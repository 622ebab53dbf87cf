//! `Dialect`: what differs between databases in the text of a statement. One quirk, one method.

use std::borrow::Cow;
use std::fmt::{Debug, Write};

use crate::ast::QuestionMarks;
use crate::schema::ColumnDef;

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

    /// The name of a column's type; `generated` says that the database assigns its values.
    fn type_name(&self, column: &ColumnDef, generated: bool) -> Cow<'static, str>;

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
