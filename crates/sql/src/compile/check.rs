//! What is wrong with a value is found before anything is sent; and what such errors say.

use super::Dialect;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{ColumnDef, Table};
use crate::types::Target;
use crate::value::Value;

/// Checks a text that is sent: its length in Unicode characters against that of its column, and that it holds no NUL
/// character, which no database but SQLite keeps, and SQLite's own tools cut the text at.
///
/// # Errors
/// [`ErrorKind::Data`](crate::ErrorKind::Data) naming the column.
#[inline]
pub fn check_text(value: &Value<'_>, column: Option<&ColumnDef>) -> Result {
    match value {
        Value::Text(text) => check(text, column),
        _ => Ok(()),
    }
}

fn check(text: &str, column: Option<&ColumnDef>) -> Result {
    if let Some(limit) = column.and_then(|column| column.length)
        && text.len() > limit as usize
    {
        check_length(text, limit, column)?;
    }
    match text.as_bytes().contains(&0) {
        false => Ok(()),
        true => Err(nul(column)),
    }
}

fn check_length(text: &str, limit: u32, column: Option<&ColumnDef>) -> Result {
    let (characters, name) = (text.chars().count(), column.map_or("", |column| &column.name));
    match characters > limit as usize {
        false => Ok(()),
        true => {
            let message = format!("the text for column `{name}` has {characters} characters, more than the {limit} it can hold");
            Err(Error::data(name, message)
                .hint("check the length of the input first, or answer this error in an error handler, with 422 and a message"))
        }
    }
}

#[cold]
fn nul(column: Option<&ColumnDef>) -> Error {
    let message = "the text holds a NUL character, which databases do not keep";
    match column {
        Some(column) => Error::data(&*column.name, format!("{message}: column `{}`", column.name)),
        None => Error::new(ErrorKind::Data { column: None }, message),
    }
    .hint("refuse such input, or keep it as bytes")
}

/// Returns the error of a column that is `auto()` where the database assigns no value.
#[cold]
pub fn unassigned(table: &Table, column: &ColumnDef) -> Error {
    let message = format!("column `{}` of `{}` is `auto()`, but the database assigns it no value", column.name, table.full_name());
    Error::data(&*column.name, message)
        .hint("`auto()`, which is the lowest number of the type, is for a new object whose primary key is one integer column")
}

/// The rows of one INSERT that bring their keys, and those that do not, are of two statements.
#[cold]
pub(super) fn mixed(table: &Table, column: &ColumnDef) -> Error {
    let message = format!(
        "some rows bring column `{}` of `{}`, and for others it is `auto()`: one INSERT cannot do both",
        column.name,
        table.full_name()
    );
    Error::usage(message).hint("insert the rows that bring their keys by one `insert_many`, and then the others by a second one")
}

/// An object is known to its session alone.
#[cold]
pub(super) fn keyless(target: Target) -> Error {
    Error::usage(format!("the statement names an object, an `Obj<{target}>`, whose key only its session knows"))
        .hint("run the statement on that session, `&mut db`, or name the key: `db[object].id`")
}

/// As [`keyless`], for the column that the object was put into.
#[cold]
pub(super) fn keyless_in(table: &Table, column: &ColumnDef, target: Target) -> Error {
    let column = format!("column `{}` of `{}`", column.name, table.full_name());
    Error::usage(format!("{column} is set to an object, an `Obj<{target}>`, whose key only its session knows"))
        .hint("run the statement on that session, `&mut db`, or name the key: `db[object].id`")
}

#[cold]
pub(super) fn too_many(parameters: usize, dialect: &dyn Dialect) -> Error {
    let (most, name) = (dialect.max_parameters(), dialect.name());
    Error::new(ErrorKind::TooManyParameters, format!("the statement has {parameters} parameters, more than the {most} that {name} takes"))
        .hint("split the list, or the rows, over several statements; rows of nothing but values, as `insert_many` has them, run one by one on SQLite and are not limited")
}
