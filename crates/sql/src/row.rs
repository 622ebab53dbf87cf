//! Rows: `RowRef`, the row a driver stands on while it steps, and `Row`, an owned one.
//! Fields read themselves from a `RowRef` by position; names are looked up only in a `Row`.

use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::value::Value;

/// The row that a driver stands on: read by position, straight into fields.
///
/// `None` is NULL. A value of another storage class than asked for is an [`ErrorKind::Data`] error that
/// names the column; nothing is converted in silence. Positions count from 0 and are below the number
/// of names; a driver may panic on others.
pub trait RowRef {
    /// The names of the columns, in order.
    fn names(&self) -> &Arc<[Box<str>]>;

    /// Reads an integer.
    ///
    /// # Errors
    /// [`ErrorKind::Data`] if the value is neither an integer nor NULL.
    fn int(&self, at: usize) -> Result<Option<i64>>;

    /// Reads a floating-point number; an integer that it holds exactly is taken too.
    ///
    /// # Errors
    /// [`ErrorKind::Data`] if the value is neither a number nor NULL.
    fn float(&self, at: usize) -> Result<Option<f64>>;

    /// Reads a truth value.
    ///
    /// # Errors
    /// [`ErrorKind::Data`] if the value is neither a truth value (SQLite: 0 or 1) nor NULL.
    fn bool(&self, at: usize) -> Result<Option<bool>>;

    /// Reads text.
    ///
    /// # Errors
    /// [`ErrorKind::Data`] if the value is neither text nor NULL, or is not UTF-8.
    fn text(&self, at: usize) -> Result<Option<&str>>;

    /// Reads bytes.
    ///
    /// # Errors
    /// [`ErrorKind::Data`] if the value is neither bytes nor NULL.
    fn bytes(&self, at: usize) -> Result<Option<&[u8]>>;

    /// Reads whatever is there.
    ///
    /// # Errors
    /// [`ErrorKind::Data`] if it is text that is not UTF-8.
    fn value(&self, at: usize) -> Result<Value<'_>>;
}

/// Returns the error of a value that is not what its field asks for; drivers call it.
#[cold]
pub fn mismatch(column: &str, expected: &str, found: &str) -> Error {
    Error::data(column, format!("column `{column}` holds {found} where {expected} is expected"))
}

/// Returns the error of a NULL for which the field has no place.
#[cold]
pub fn unexpected_null(row: &dyn RowRef, at: usize) -> Error {
    let column = &row.names()[at];
    Error::data(&**column, format!("column `{column}` is NULL, but its field has no place for that"))
        .hint("declare the field as `Option<..>`, or make the column NOT NULL")
}

/// Returns the error of a number that is too large for its field.
#[cold]
pub fn out_of_range(row: &dyn RowRef, at: usize, expected: &str) -> Error {
    let column = &row.names()[at];
    Error::data(&**column, format!("column `{column}` holds a number that is out of range for {expected}"))
}

/// A row of its own: values by column, by name or by position.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    names: Arc<[Box<str>]>,
    values: Box<[Value<'static>]>,
}

impl Row {
    /// Returns a row of these names and values, of which there are equally many.
    pub fn new(names: Arc<[Box<str>]>, values: impl Into<Box<[Value<'static>]>>) -> Self {
        Self { names, values: values.into() }
    }

    /// Copies the row that a driver stands on.
    ///
    /// # Errors
    /// As [`RowRef::value`].
    pub fn copy(row: &dyn RowRef) -> Result<Self> {
        let names = Arc::clone(row.names());
        let values = (0..names.len()).map(|at| Ok(row.value(at)?.into_owned())).collect::<Result<_>>()?;
        Ok(Self { names, values })
    }

    /// The values, in the order of the selected columns.
    pub fn values(&self) -> &[Value<'static>] {
        &self.values
    }

    /// Finds a column by its name; the first of several.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] naming the columns that are there.
    pub fn position(&self, name: &str) -> Result<usize> {
        self.names.iter().position(|known| **known == *name).ok_or_else(|| {
            Error::usage(format!("the row has no column `{name}`")).hint(format!("its columns are `{}`", self.names.join("`, `")))
        })
    }

    /// Checks a position.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] naming how many columns there are.
    pub fn check_position(&self, at: usize) -> Result<usize> {
        match at < self.values.len() {
            true => Ok(at),
            false => Err(Error::usage(format!("the row has {} columns, no position {at}", self.values.len()))),
        }
    }
}

impl RowRef for Row {
    fn names(&self) -> &Arc<[Box<str>]> {
        &self.names
    }

    fn int(&self, at: usize) -> Result<Option<i64>> {
        match &self.values[at] {
            Value::Null => Ok(None),
            Value::Int(int) => Ok(Some(*int)),
            other => Err(mismatch(&self.names[at], "an integer", other.kind())),
        }
    }

    fn float(&self, at: usize) -> Result<Option<f64>> {
        match &self.values[at] {
            Value::Null => Ok(None),
            Value::Float(float) => Ok(Some(*float)),
            Value::Int(int) if exact(*int) => Ok(Some(*int as f64)),
            other => Err(mismatch(&self.names[at], "a floating-point number", other.kind())),
        }
    }

    fn bool(&self, at: usize) -> Result<Option<bool>> {
        match &self.values[at] {
            Value::Null => Ok(None),
            Value::Bool(bool) => Ok(Some(*bool)),
            Value::Int(int @ (0 | 1)) => Ok(Some(*int == 1)),
            other => Err(mismatch(&self.names[at], "a truth value", other.kind())),
        }
    }

    fn text(&self, at: usize) -> Result<Option<&str>> {
        match &self.values[at] {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            other => Err(mismatch(&self.names[at], "text", other.kind())),
        }
    }

    fn bytes(&self, at: usize) -> Result<Option<&[u8]>> {
        match &self.values[at] {
            Value::Null => Ok(None),
            Value::Bytes(bytes) => Ok(Some(bytes)),
            other => Err(mismatch(&self.names[at], "bytes", other.kind())),
        }
    }

    fn value(&self, at: usize) -> Result<Value<'_>> {
        Ok(self.values[at].clone())
    }
}

/// Whether a floating-point number holds this integer exactly.
pub fn exact(int: i64) -> bool {
    int.unsigned_abs() <= 1 << f64::MANTISSA_DIGITS
}

/// The error of a call that asked for one row and met none.
#[cold]
pub fn no_row() -> Error {
    Error::new(ErrorKind::NoRow, "the query returned no row, where exactly one is expected")
        .hint("`one_or_none` and `first` return an `Option`")
}

/// The error of a call that asked for one row and met more.
#[cold]
pub fn multiple_rows() -> Error {
    Error::new(ErrorKind::MultipleRows, "the query returned more than one row, where one is expected")
        .hint("`first` takes the first of several")
}
