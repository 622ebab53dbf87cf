//! `create_all` and `drop_all`.

use crate::ast::{Ddl, Statement};
use crate::compile::{Dialect, Sql};
use crate::error::Result;
use crate::run::{Discard, Executor};
use crate::schema::{MetaData, TableRef};

impl MetaData {
    /// Makes the tables that are missing, with their indexes, in the order of their foreign keys. A table
    /// that is there is left as it is.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if foreign keys run in a circle; else what the database answers.
    pub async fn create_all(&self, mut executor: impl Executor) -> Result {
        let statements = self.creation(executor.by_ref().dialect())?;
        for statement in statements {
            executor.by_ref().run(&statement, &mut Discard).await?;
        }
        Ok(())
    }

    /// Removes the tables that are there, with everything in them, in the reverse order of their foreign keys.
    ///
    /// # Errors
    /// As [`create_all`](MetaData::create_all).
    pub async fn drop_all(&self, mut executor: impl Executor) -> Result {
        for table in self.sorted()?.into_iter().rev() {
            let statement = Statement::Ddl(Ddl::DropTable(TableRef::Static(table)));
            executor.by_ref().run(&statement, &mut Discard).await?;
        }
        Ok(())
    }

    /// The statements of [`create_all`](MetaData::create_all), to read.
    ///
    /// # Errors
    /// As [`create_all`](MetaData::create_all).
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Result<Vec<Sql>> {
        Ok(self.creation(dialect)?.iter().map(|statement| statement.to_sql(dialect)).collect())
    }

    fn creation(&self, dialect: &dyn Dialect) -> Result<Vec<Statement>> {
        let mut statements = Vec::new();
        for table in self.sorted()? {
            statements.push(Statement::Ddl(Ddl::CreateTable(TableRef::Static(table))));
            let indexed = (0..).zip(table.columns.iter()).filter(|(_, column)| column.index && !dialect.declares_indexes());
            statements.extend(indexed.map(|(position, _)| Statement::Ddl(Ddl::CreateIndex(TableRef::Static(table), position))));
        }
        Ok(statements)
    }
}
