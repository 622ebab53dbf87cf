//! Deletes: from the tables that point at others up to those that are pointed at, later objects first.

use std::sync::Arc;

use aludel_engine::Connection;
use aludel_sql::Result;
use aludel_sql::ast::{DeleteTree, Statement};

use super::batch;
use crate::arena::{AnyArena, Arenas};

/// Deletes the rows of all doomed objects. One that is gone already is as it should be.
pub(super) async fn all(arenas: &Arenas, connection: &mut Connection, order: &[usize]) -> Result {
    for &place in order.iter().rev() {
        table(&*arenas.all()[place], connection).await?;
    }
    Ok(())
}

async fn table(arena: &dyn AnyArena, connection: &mut Connection) -> Result {
    let (mapping, doomed) = (arena.mapping(), arena.doomed());
    if doomed.is_empty() {
        return Ok(());
    }
    let mut values = Vec::with_capacity(doomed.len() * mapping.key.len());
    for &slot in doomed.iter().rev() {
        values.extend(mapping.key.iter().map(|at| arena.base_field(slot, usize::from(*at)).value()));
    }
    let tree = DeleteTree { table: mapping.table_ref(), filter: batch::by_key(mapping), returning: None };
    batch::run(connection, &Statement::Delete(Arc::new(tree)), &values, doomed.len()).await?;
    Ok(())
}
