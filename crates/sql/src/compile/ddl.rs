//! CREATE and DROP.

use super::writer::Writer;
use crate::ast::Ddl;
use crate::error::{Error, Result};
use crate::schema::{ColumnDef, Table, TableRef, Type, check_name, foreign_key_name, index_name, primary_key_name, unique_name};

impl Writer<'_> {
    pub(super) fn ddl(&mut self, ddl: &Ddl) -> Result {
        match ddl {
            Ddl::CreateTable(table) => self.create_table(table),
            Ddl::CreateIndex(table, position) => self.create_index(table, &table.columns[usize::from(*position)]),
            Ddl::DropTable(table) => {
                self.push("DROP TABLE IF EXISTS ");
                self.table(table)
            }
        }
    }

    fn create_table(&mut self, table: &TableRef) -> Result {
        if table.columns.is_empty() {
            return Err(Error::usage(format!("the table `{}` has no columns", table.full_name())));
        }
        self.push("CREATE TABLE IF NOT EXISTS ");
        self.table(table)?;
        self.push(" (");
        let generated = table.generated();
        self.separated(table.columns.iter().enumerate(), ", ", |writer, (at, column)| {
            writer.definition(table, column, generated == Some(at))
        })?;
        self.primary_key(table)?;
        self.uniques(table)?;
        self.foreign_keys(table)?;
        self.checks(table)?;
        if self.dialect.declares_indexes() {
            self.indexes(table)?;
        }
        self.push(")");
        self.push(self.dialect.table_options());
        Ok(())
    }

    fn definition(&mut self, table: &Table, column: &ColumnDef, generated: bool) -> Result {
        self.identifier(&column.name)?;
        let ty = self.dialect.type_name(table, column, generated)?;
        self.push(" ");
        self.push(&ty);
        if !column.nullable {
            self.push(" NOT NULL");
        }
        Ok(())
    }

    fn constraint(&mut self, name: &str) -> Result {
        self.push(", CONSTRAINT ");
        self.identifier(name)
    }

    fn primary_key(&mut self, table: &Table) -> Result {
        let keys: Vec<_> = table.primary_key().collect();
        if keys.is_empty() {
            return Ok(());
        }
        self.constraint(&primary_key_name(table))?;
        self.push(" PRIMARY KEY (");
        self.separated(keys, ", ", |writer, key| writer.identifier(&key.name))?;
        self.push(")");
        Ok(())
    }

    fn uniques(&mut self, table: &Table) -> Result {
        for column in table.columns.iter().filter(|column| column.unique) {
            self.constraint(&unique_name(table, column))?;
            self.push(" UNIQUE (");
            self.identifier(&column.name)?;
            self.push(")");
        }
        Ok(())
    }

    fn foreign_keys(&mut self, table: &Table) -> Result {
        for column in table.columns.iter() {
            let Some(references) = &column.references else { continue };
            let target = references.table();
            self.constraint(&foreign_key_name(table, column, target))?;
            self.push(" FOREIGN KEY (");
            self.identifier(&column.name)?;
            self.push(") REFERENCES ");
            match self.dialect.references_schemas() {
                true => self.table_name(target)?,
                false if table.schema == target.schema => self.identifier(&target.name)?,
                false => return Err(elsewhere(table, column, target)),
            }
            self.push(" (");
            self.identifier(&single_key(table, column, target)?.name)?;
            self.push(")");
        }
        Ok(())
    }

    /// A column that holds one of a list of names holds nothing else.
    fn checks(&mut self, table: &Table) -> Result {
        for column in table.columns.iter() {
            let Type::Enum(labels) = column.ty else { continue };
            self.constraint(&check_name(table, column))?;
            self.push(" CHECK (");
            self.identifier(&column.name)?;
            self.push(" IN (");
            self.separated(labels.labels, ", ", |writer, label| {
                let label = label.replace('\'', "''");
                let label = if writer.dialect.escapes_backslashes() { label.replace('\\', "\\\\") } else { label };
                writer.push(&format!("'{label}'"));
                Ok(())
            })?;
            self.push("))");
        }
        Ok(())
    }

    fn indexes(&mut self, table: &Table) -> Result {
        for column in table.columns.iter().filter(|column| column.index) {
            self.push(", INDEX ");
            self.identifier(&index_name(table, column))?;
            self.push(" (");
            self.identifier(&column.name)?;
            self.push(")");
        }
        Ok(())
    }

    fn create_index(&mut self, table: &TableRef, column: &ColumnDef) -> Result {
        self.push("CREATE INDEX IF NOT EXISTS ");
        let name = index_name(table, column);
        match table.schema.as_ref().filter(|_| self.dialect.qualifies_indexes()) {
            Some(schema) => {
                self.identifier(schema)?;
                self.push(".");
                self.identifier(&name)?;
                self.push(" ON ");
                self.identifier(&table.name)?;
            }
            None => {
                self.identifier(&name)?;
                self.push(" ON ");
                self.table(table)?;
            }
        }
        self.push(" (");
        self.identifier(&column.name)?;
        self.push(")");
        Ok(())
    }
}

#[cold]
fn elsewhere(table: &Table, column: &ColumnDef, target: &Table) -> Error {
    Error::new(
        crate::error::ErrorKind::Unsupported,
        format!("`{}.{}` cannot reference `{}`: foreign keys point at no other file", table.full_name(), column.name, target.full_name()),
    )
    .hint("declare the column without its reference, or put both tables into one file")
}

/// The one column of the primary key that a foreign key of one column can point at.
fn single_key<'t>(table: &Table, column: &ColumnDef, target: &'t Table) -> Result<&'t ColumnDef> {
    let mut keys = target.primary_key();
    match (keys.next(), keys.next()) {
        (Some(key), None) => Ok(key),
        _ => Err(Error::new(
            crate::error::ErrorKind::Unsupported,
            format!("`{}.{}` cannot reference `{}`, whose primary key is not one column", table.name, column.name, target.name),
        )),
    }
}
