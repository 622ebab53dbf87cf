//! Raw SQL: text that the program's author wrote, with values bound by name.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Executable, Fetch, fetch};
use crate::ast::{RawStatement, Statement};
use crate::error::Result;
use crate::row::Row;
use crate::run::{BoxFuture, Executor};
use crate::types::{Field, Target};
use crate::value::Value;

/// SQL text that is trusted: a literal of the program, or what was marked as trusted on purpose.
/// A plain `String` does not become one, so that no input becomes SQL by mistake.
#[derive(Clone, Debug)]
pub struct RawSql(Cow<'static, str>);

impl RawSql {
    /// Marks a text that was put together at run time. Whoever calls it vouches for every part of it.
    pub fn trusted(sql: String) -> Self {
        Self(Cow::Owned(sql))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is trusted to be SQL.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not trusted to be SQL",
    label = "expected a literal",
    note = "bind values by name: `raw(\"SELECT * FROM people WHERE name = :name\").bind(\"name\", name)`",
    note = "`RawSql::trusted(text)` marks a text that was put together at run time"
)]
pub trait IntoRawSql {
    /// The text.
    fn into_raw_sql(self) -> RawSql;
}

#[diagnostic::do_not_recommend]
impl IntoRawSql for &'static str {
    fn into_raw_sql(self) -> RawSql {
        RawSql(Cow::Borrowed(self))
    }
}

#[diagnostic::do_not_recommend]
impl IntoRawSql for RawSql {
    fn into_raw_sql(self) -> RawSql {
        self
    }
}

/// What can be bound to a parameter of raw SQL: any field's value, or a `&str`.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot be bound to a parameter", label = "expected a value that a column can hold")]
pub trait IntoValue: Sized {
    /// The value.
    fn into_value(self) -> Value<'static>;

    /// The object whose key it would be, as long as it has none.
    fn pending(&self) -> Option<Target> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<T: Field> IntoValue for T {
    fn into_value(self) -> Value<'static> {
        self.value().into_owned()
    }

    fn pending(&self) -> Option<Target> {
        self.link()?.pending()
    }
}

#[diagnostic::do_not_recommend]
impl IntoValue for &str {
    fn into_value(self) -> Value<'static> {
        Value::Text(Cow::Owned(self.to_owned()))
    }
}

/// The name of a parameter of raw SQL, as [`Raw::bind`] takes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the name of a parameter",
    label = "expected a name: `.bind(\"name\", value)`",
    note = "a parameter stands in the text as `:name`; there are none without a name"
)]
pub trait IntoParameter {
    /// The name, without its colon.
    fn into_parameter(self) -> Cow<'static, str>;
}

#[diagnostic::do_not_recommend]
impl IntoParameter for &'static str {
    fn into_parameter(self) -> Cow<'static, str> {
        Cow::Borrowed(self)
    }
}

#[diagnostic::do_not_recommend]
impl IntoParameter for String {
    fn into_parameter(self) -> Cow<'static, str> {
        Cow::Owned(self)
    }
}

/// A raw statement.
#[derive(Clone, Debug)]
#[must_use = "a statement does nothing until one of its verbs is awaited"]
pub struct Raw(Arc<RawStatement>);

/// Starts a raw statement; `:name` stands for a value that [`bind`](Raw::bind) gives.
///
/// The text is sent as it is, but for the parameters. Colons in strings, quoted names and comments start none.
pub fn raw(sql: impl IntoRawSql) -> Raw {
    Raw(Arc::new(RawStatement::parse(&sql.into_raw_sql().0)))
}

impl Raw {
    /// Gives the parameter `:name` its value.
    pub fn bind(mut self, name: impl IntoParameter, value: impl IntoValue) -> Self {
        let (name, statement) = (name.into_parameter(), Arc::make_mut(&mut self.0));
        statement.keyless.extend(value.pending().map(|target| (name.clone(), target)));
        statement.binds.push((name, value.into_value()));
        self
    }

    /// Runs it and returns all rows.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a parameter without a value, or a value without a parameter; else what the database answers.
    #[track_caller]
    pub fn all<'e, E: Executor + 'e>(&self, executor: E) -> Fetch<'e, E, Vec<Row>> {
        fetch::rows::<Row, E>(self.statement(), executor)
    }

    /// Runs it and returns the first row, if there is one.
    ///
    /// # Errors
    /// As [`all`](Raw::all).
    #[track_caller]
    pub fn first<'e, E: Executor + 'e>(&self, executor: E) -> Fetch<'e, E, Option<Row>> {
        fetch::first::<Row, E>(self.statement(), executor)
    }

    /// Runs it and returns the only row.
    ///
    /// # Errors
    /// [`ErrorKind::NoRow`](crate::ErrorKind::NoRow) and [`ErrorKind::MultipleRows`](crate::ErrorKind::MultipleRows); else as [`all`](Raw::all).
    #[track_caller]
    pub fn one<'e, E: Executor + 'e>(&self, executor: E) -> Fetch<'e, E, Row> {
        fetch::one::<Row, E>(self.statement(), executor)
    }

    /// Runs it and returns the number of rows that it inserted, changed or deleted.
    ///
    /// # Errors
    /// As [`all`](Raw::all).
    #[track_caller]
    pub fn execute<'e, E: Executor + 'e>(&self, executor: E) -> BoxFuture<'e, Result<u64>> {
        fetch::execute(self.statement(), executor)
    }

    fn statement(&self) -> Statement {
        Statement::Raw(Arc::clone(&self.0))
    }
}

impl Executable for Raw {
    fn into_statement(self) -> Statement {
        Statement::Raw(self.0)
    }
}
