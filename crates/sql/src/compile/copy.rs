//! `COPY`, by which PostgreSQL takes rows as a stream of bytes.

use std::sync::Arc;

use super::dialect::Dialect;
use super::padding::Padding;
use super::writer::Writer;
use crate::ast::InsertTree;
use crate::error::Result;

impl InsertTree {
    /// What starts the stream of the rows, in the binary format.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a name that no database takes.
    pub fn to_copy(&self, dialect: &dyn Dialect) -> Result<Arc<str>> {
        let mut writer = Writer::new(dialect, Padding::None);
        writer.push("COPY ");
        writer.table(&self.table)?;
        writer.push(" (");
        self.names(&mut writer)?;
        writer.push(") FROM STDIN (FORMAT binary)");
        Ok(writer.out.into())
    }

    /// A query of the columns that get values, of which the server tells the types.
    ///
    /// # Errors
    /// As [`to_copy`](InsertTree::to_copy).
    pub fn to_columns(&self, dialect: &dyn Dialect) -> Result<Arc<str>> {
        let mut writer = Writer::new(dialect, Padding::None);
        writer.push("SELECT ");
        self.names(&mut writer)?;
        writer.push(" FROM ");
        writer.table(&self.table)?;
        Ok(writer.out.into())
    }

    fn names(&self, writer: &mut Writer<'_>) -> Result {
        writer.separated(&self.columns, ", ", |writer, position| writer.identifier(&self.table.columns[usize::from(*position)].name))
    }
}
