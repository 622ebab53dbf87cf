//! `Compiled`: the text of a statement and what is known of it.

use std::fmt;
use std::sync::Arc;

use super::Dialect;
use super::padding::Padding;
use super::shape::Shape;
use super::writer::Writer;
use crate::ast::{Part, RawStatement, Statement};
use crate::error::{Error, Result};
use crate::schema::TableRef;
use crate::value::Value;

/// The text of a statement.
#[derive(Debug)]
pub struct Compiled {
    /// The text, with placeholders.
    pub sql: Arc<str>,
    /// What it does to the database.
    pub access: Access,
    /// The tables that it names, the changed one first; empty for raw SQL.
    pub tables: Vec<TableRef>,
    /// Two tables of one FROM that no condition joins, so that every row of the one meets every row of the other:
    /// mostly a mistake.
    pub unjoined: Option<(TableRef, TableRef)>,
}

/// What a statement does to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It only reads.
    Read,
    /// It changes rows or the schema.
    Write,
    /// It is raw: the database is to be asked.
    Unknown,
}

/// Writes the text of a statement.
///
/// # Errors
/// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a statement that cannot be written, such as an UPDATE that sets nothing, and for
/// a name that no database takes; [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for what this database cannot do.
pub fn compile(statement: &Statement, dialect: &dyn Dialect) -> Result<Compiled> {
    let mut writer = Writer::new(dialect, Padding::PowerOfTwo);
    writer.statement(statement)?;
    if writer.binds > dialect.max_parameters() {
        // As in the shape.
        writer = Writer::new(dialect, Padding::None);
        writer.statement(statement)?;
    }
    Ok(Compiled { sql: writer.out.into(), access: statement.access(), tables: writer.tables, unjoined: writer.unjoined })
}

impl Statement {
    /// What the statement does to the database, as far as it says itself.
    pub fn access(&self) -> Access {
        match self {
            Self::Select(..) => Access::Read,
            Self::Raw(_) => Access::Unknown,
            Self::Insert(_) | Self::Update(_) | Self::Delete(_) | Self::Ddl(_) => Access::Write,
        }
    }
}

impl Writer<'_> {
    fn statement(&mut self, statement: &Statement) -> Result {
        match statement {
            Statement::Select(tree, cap) => self.capped(tree, *cap),
            Statement::Insert(tree) => {
                let repeated = self.dialect.repeats_inserts() && tree.is_repeatable();
                self.insert(tree, if repeated { 1 } else { tree.rows })
            }
            Statement::Update(tree) => self.update(tree),
            Statement::Delete(tree) => self.delete(tree),
            Statement::Raw(raw) => {
                self.raw(raw);
                Ok(())
            }
            Statement::Ddl(ddl) => self.ddl(ddl),
        }
    }

    fn raw(&mut self, raw: &RawStatement) {
        for part in &raw.parts {
            match part {
                Part::Text(text) => self.push(text),
                Part::Parameter(_) => self.bind(),
            }
        }
    }
}

/// The text of a statement for people: `{}` with placeholders, `{:#}` with the values behind it.
#[derive(Debug)]
pub struct Sql(Result<(Arc<str>, Vec<Value<'static>>)>);

impl Statement {
    /// What is sent to a database of this dialect. A statement that cannot be written shows its error.
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Sql {
        let text = || -> Result<_> {
            let shape = Shape::of(self, dialect)?;
            let binds = shape.binds().iter().map(|value| value.reborrow().into_owned()).collect();
            Ok((compile(self, dialect)?.sql, binds))
        };
        Sql(text())
    }
}

impl Sql {
    /// The text and the values.
    ///
    /// # Errors
    /// Why the statement cannot be written.
    pub fn into_parts(self) -> Result<(Arc<str>, Vec<Value<'static>>), Error> {
        self.0
    }
}

impl fmt::Display for Sql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok((sql, binds)) if f.alternate() => write!(f, "{sql} {binds:?}"),
            Ok((sql, _)) => f.write_str(sql),
            Err(error) => write!(f, "-- {error}"),
        }
    }
}
