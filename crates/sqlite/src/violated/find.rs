//! Asks for the rows that a refused statement was to point at, then for those that point at what it was to delete or change.

use std::sync::Arc;

use aludel_engine::Job;
use aludel_sql::ast::Statement;
use aludel_sql::{Integrity, Result, Shape, compile};

use super::children::{Children, Question};
use super::parents::pointers;
use crate::ffi::Database;

/// So many keys are asked for at most: those of the rows of a large statement are too many to look at.
const ASKED: usize = 100;

/// The foreign key that the statement has violated; none if that cannot be told, as for raw SQL.
pub(crate) fn violated(database: &mut Database, job: &Job<'_>) -> Result<Option<Integrity>> {
    for pointer in pointers(job, ASKED) {
        let Some(query) = pointer.query() else { continue };
        if !has_row(database, &query)? {
            return Ok(Some(pointer.integrity()));
        }
    }
    let Some(children) = Children::of(job.statement()) else { return Ok(None) };
    for key in children.keys(database.connection())? {
        for nth in 0..job.repeat().min(ASKED) {
            let Some(Question { sql, binds }) = children.question(&key, job, nth)? else { continue };
            let mut found = false;
            database.once(&sql, &binds, |_row| {
                found = true;
                Ok(false)
            })?;
            if found {
                return Ok(Some(key.integrity(children.table())));
            }
        }
    }
    Ok(None)
}

fn has_row(database: &mut Database, query: &Statement) -> Result<bool> {
    let shape = Shape::of(query, &aludel_sql::Sqlite)?;
    let statement = database.prepared(shape.key(), || Ok(Arc::clone(&compile(query, &aludel_sql::Sqlite)?.sql)))?;
    let mut found = false;
    statement.run(shape.binds(), |_row| {
        found = true;
        Ok(false)
    })?;
    Ok(found)
}
