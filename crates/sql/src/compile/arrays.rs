//! INSERTs of many rows where each column is sent as one array: the text is the same for any number of rows.

use super::dialect::Dialect;
use super::writer::Writer;
use crate::ast::InsertTree;
use crate::error::Result;
use crate::schema::{ColumnDef, Type};

impl InsertTree {
    /// Whether a database of this dialect gets each column as one array. The binds are those of the rows, one after the other, all
    /// the same: the driver puts the arrays together.
    pub fn goes_as_arrays(&self, dialect: &dyn Dialect) -> bool {
        dialect.inserts_arrays() && self.is_repeatable() && !self.columns.is_empty() && self.elements().all(|column| !is_array(column))
    }

    fn elements(&self) -> impl Iterator<Item = &ColumnDef> {
        self.columns.iter().filter_map(|position| self.table.columns.get(usize::from(*position)))
    }
}

/// An array of arrays would lose its inner ones.
fn is_array(column: &ColumnDef) -> bool {
    matches!(column.ty, Type::Array(_))
}

impl Writer<'_> {
    /// What stands in place of VALUES. The rows keep their order, which generated keys are to follow.
    pub(super) fn rows_of_arrays(&mut self, tree: &InsertTree) -> Result {
        let columns = |writer: &mut Self| writer.separated(tree.elements(), ", ", |writer, column| writer.identifier(&column.name));
        self.push(") SELECT ");
        columns(self)?;
        self.push(" FROM unnest(");
        self.separated(tree.elements(), ", ", |writer, column| {
            writer.bind();
            // Without its length and precision: a cast to those cuts in silence, and the insert refuses.
            let ty = writer.dialect.type_name(&tree.table, &ColumnDef::new("", column.ty), false)?;
            writer.push(&format!("::{ty}[]"));
            Ok(())
        })?;
        let mut number = "n".to_owned();
        while tree.elements().any(|column| column.name == number) {
            number.push('n');
        }
        self.push(") WITH ORDINALITY AS rows (");
        columns(self)?;
        self.push(&format!(", {number}) ORDER BY {number}"));
        Ok(())
    }
}
