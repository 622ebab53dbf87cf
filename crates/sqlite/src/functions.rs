//! Functions and orders of texts that a program gives to SQL: with our own values, and with panics that become errors.
//!
//! SQLite calls them on the thread of a statement, and takes no error of ours: what failed stands on that thread until the
//! statement has ended.

use std::cell::Cell;
use std::cmp::Ordering;
use std::ffi::c_int;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use aludel_sql::{Error, ErrorKind, Result, Value};
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value as Stored, ValueRef};

type Call = dyn Fn(&[Value<'_>]) -> Result<Value<'static>> + Send + Sync;
type Compare = dyn Fn(&str, &str) -> Ordering + Send + Sync;

/// A function of SQL.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) name: Arc<str>,
    pub(crate) arity: usize,
    /// Whether the same arguments always give the same result.
    pub(crate) is_pure: bool,
    pub(crate) call: Arc<Call>,
}

/// An order of texts.
#[derive(Clone)]
pub(crate) struct Collation {
    pub(crate) name: Arc<str>,
    pub(crate) compare: Arc<Compare>,
}

/// What each connection is given.
#[derive(Clone, Default)]
pub(crate) struct Extensions {
    pub(crate) functions: Vec<Function>,
    pub(crate) collations: Vec<Collation>,
}

thread_local! {
    static FAILED: Cell<Failed> = const { Cell::new(Failed::Nothing) };
    static FAILURE: Cell<Option<Error>> = const { Cell::new(None) };
}

/// What has failed within the statement of this thread.
#[derive(Clone, Copy, PartialEq)]
enum Failed {
    Nothing,
    /// A function: SQLite knows, and ends the statement.
    Function,
    /// A collation, which cannot say so: the statement goes on in an order that means nothing.
    Collation,
}

/// Forgets what an earlier statement has left.
pub(crate) fn begin() {
    FAILED.set(Failed::Nothing);
}

/// Whether the statement that runs must not go on, nor keep what it has written.
pub(crate) fn is_lost() -> bool {
    FAILED.get() == Failed::Collation
}

/// The error of a function or a collation within the statement that has just ended.
pub(crate) fn failure() -> Option<Error> {
    match FAILED.get() {
        Failed::Nothing => None,
        Failed::Function | Failed::Collation => FAILURE.take(),
    }
}

fn fail(failed: Failed, error: Error) {
    FAILED.set(failed);
    FAILURE.set(Some(error));
}

impl Extensions {
    /// Gives them to a new connection.
    pub(crate) fn install(&self, connection: &rusqlite::Connection) -> Result {
        for function in &self.functions {
            function.install(connection).map_err(|error| refused("function", &function.name, &error))?;
        }
        for collation in &self.collations {
            collation.install(connection).map_err(|error| refused("collation", &collation.name, &error))?;
        }
        if !self.collations.is_empty() {
            connection.commit_hook(Some(is_lost)).map_err(|error| refused("check of", "collations", &error))?;
        }
        Ok(())
    }
}

#[cold]
fn refused(what: &str, name: &str, error: &rusqlite::Error) -> Error {
    Error::new(ErrorKind::Config, format!("SQLite does not take the {what} `{name}`"))
        .hint("a name has at most 255 bytes, and a function at most 1000 arguments")
        .with_detail(error.to_string())
}

impl Function {
    fn install(&self, connection: &rusqlite::Connection) -> rusqlite::Result<()> {
        let mut flags = FunctionFlags::SQLITE_UTF8;
        if self.is_pure {
            flags |= FunctionFlags::SQLITE_DETERMINISTIC;
        }
        let (name, call) = (Arc::clone(&self.name), Arc::clone(&self.call));
        let arity = c_int::try_from(self.arity).unwrap_or(c_int::MAX);
        connection.create_scalar_function(&*self.name, arity, flags, move |context| {
            called(&name, &*call, context).map_err(|error| {
                fail(Failed::Function, error);
                rusqlite::Error::UserFunctionError("a function of the program has failed".into())
            })
        })
    }
}

fn called(name: &str, call: &Call, context: &Context<'_>) -> Result<Stored> {
    let arguments = (0..context.len()).map(|at| argument(name, context.get_raw(at))).collect::<Result<Vec<_>>>()?;
    match catch_unwind(AssertUnwindSafe(|| call(&arguments))) {
        Ok(result) => stored(name, result?),
        Err(_panic) => Err(Error::usage(format!("the function `{name}` of the program has panicked"))),
    }
}

fn argument<'a>(name: &str, value: ValueRef<'a>) -> Result<Value<'a>> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(int) => Value::Int(int),
        ValueRef::Real(float) => Value::Float(float),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.into()),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Value::Text(text.into()),
            Err(_) => {
                return Err(Error::new(
                    ErrorKind::Data { column: None },
                    format!("the function `{name}` was given text that is not UTF-8"),
                ));
            }
        },
    })
}

/// As a bound value is kept.
fn stored(name: &str, value: Value<'static>) -> Result<Stored> {
    let data = |message: String| Error::new(ErrorKind::Data { column: None }, message);
    Ok(match value {
        Value::Null => Stored::Null,
        Value::Bool(bool) => Stored::Integer(bool.into()),
        Value::Int(int) => Stored::Integer(int),
        Value::Float(float) if float.is_nan() => {
            return Err(data(format!("the function `{name}` returned a number that is not a number (NaN), which SQLite does not keep")));
        }
        Value::Float(float) => Stored::Real(float),
        Value::Text(text) | Value::Decimal(text) | Value::Json(text) => Stored::Text(text.into_owned()),
        Value::Bytes(bytes) => Stored::Blob(bytes.into_owned()),
        Value::Duration(duration) => Stored::Integer(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)),
        other => match other.text() {
            Some(text) => Stored::Text(text.to_string()),
            None => return Err(data(format!("the function `{name}` returned {}, which SQLite cannot keep", other.kind()))),
        },
    })
}

impl Collation {
    fn install(&self, connection: &rusqlite::Connection) -> rusqlite::Result<()> {
        let (name, compare) = (Arc::clone(&self.name), Arc::clone(&self.compare));
        connection.create_collation(&*self.name, move |a, b| {
            // After a panic it is not asked again: the statement is lost, and ends soon.
            let compared = if is_lost() { None } else { catch_unwind(AssertUnwindSafe(|| compare(a, b))).ok() };
            compared.unwrap_or_else(|| {
                fail(Failed::Collation, Error::usage(format!("the collation `{name}` of the program has panicked")));
                a.cmp(b)
            })
        })
    }
}
