//! Aludel's SQL expression language: a statement goes in, text and binds come out. Pure: no I/O, no clock, no async.
//!
//! The floor plan, top to bottom; a module imports only from those below it:
//!
//! | module | what it is |
//! |---|---|
//! | `query` | statements as users build them (`Select`, `Insert`, ..) and the verbs that run them |
//! | `run` | how a statement is run, seen from the statement: `Executor`, `Mode`, `Sink` |
//! | `model` | models, handles to objects (`Obj`), foreign keys (`Ref`) |
//! | `compile` | from a statement to its cache key, its binds and its text; the dialects |
//! | `expr` | typed expressions: `Column<M, T>`, `Expr<T>` |
//! | `ast` | statements and expressions as untyped trees |
//! | `types` | what can stand in a column |
//! | `schema` | tables, columns, `MetaData` |
//! | `row`, `value`, `error` | rows, values, the error |

mod query;
pub mod run;
mod model;
mod compile;
mod expr;
pub mod ast;
mod types;
pub mod schema;
pub mod row;
mod value;
mod error;

pub use ast::Statement;
pub use compile::{
    Access, Compiled, Dialect, Dml, Length, MySql, Postgres, Shape, Sql, Sqlite, StrictSqlite, check_value, compile, unassigned,
};
#[cfg(feature = "witness")]
#[doc(hidden)]
pub use error::watch_errors;
pub use error::{BoxError, CommitToken, Constraint, Error, ErrorKind, Integrity, Result, excerpt};
pub use expr::{Assignable, Column, Expr, IntoExpr, IntoOrder, Order};
pub use model::{IntoKey, Key, Mapping, Model, Obj, Ref, Wanted};
pub use query::{
    BulkInsert, Delete, Executable, Fetch, Insert, IntoColumns, IntoParameter, IntoRawSql, IntoValue, Queries, Raw, RawSql, Returning,
    Select, Stream, Update, calling, raw, select,
};
pub use row::{Row, RowRef};
pub use run::{
    Answer, BatchSize, Batches, BoxFuture, BulkProgress, Collect, Discard, Exec, Executor, Mode, Out, Outcome, Plain, RowIndex, RowOf, Run,
    Selection, Sink, Step,
};
pub use schema::{ColumnDef, Entity, Labels, MetaData, Table, TableRef, Type};
#[cfg(feature = "json")]
pub use types::Json;
pub use types::{Auto, CustomType, Element, Field, Link, Scalar, SqlType, Target, Text, auto};
pub use value::{Value, uuid_text};

/// What the macros' expansions name; nobody else should.
#[doc(hidden)]
pub mod __private {
    pub use crate::model::expansion::{
        ColumnType, Declaration, Fits, KeyField, KeyOf, MappedField, ModelField, RefersTo, column, foreign_key, is_whole_key,
    };
    pub use crate::types::restore;
}
