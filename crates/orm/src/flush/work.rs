//! The steps of a flush: check everything, insert by levels, update, delete from the last level up.

use aludel_engine::Connection;
use aludel_sql::Result;

use super::{Journal, check, delete, insert, order, update};
use crate::arena::Arenas;

/// Whether anything may have to be written.
pub(crate) fn is_needed(arenas: &Arenas) -> bool {
    arenas.all().iter().any(|arena| !(arena.pending().is_empty() && arena.touched().is_empty() && arena.doomed().is_empty()))
}

/// Writes everything, within the connection's transaction. What it changes in memory on the way is noted in the journal;
/// on success the caller tells the arenas, after a failure it reverts the journal.
pub(crate) async fn emit(arenas: &mut Arenas, connection: &mut Connection, journal: &mut Journal) -> Result {
    check::all(arenas)?;
    let order = order::tables(arenas.all());
    insert::all(arenas, connection, &order, journal).await?;
    update::all(arenas, connection, &order, journal).await?;
    delete::all(arenas, connection, &order).await
}
