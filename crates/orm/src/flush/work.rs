//! The steps of a flush: insert by levels, update, delete from the last level up.

use aludel_engine::Connection;
use aludel_sql::Result;

use super::state::Flush;
use super::{delete, insert, update};
use crate::arena::Arenas;

/// Whether nothing was added, deleted or lent for writing since the last flush.
pub(crate) fn is_idle(arenas: &Arenas) -> bool {
    arenas.all().iter().all(|arena| arena.is_idle())
}

/// Whether anything is to be written. An object that was changed, and changed back, is not.
pub(crate) fn has_changes(arenas: &Arenas) -> bool {
    arenas.all().iter().any(|arena| {
        let certain = !(arena.pending().is_empty() && arena.doomed().is_empty());
        certain || arena.touched().iter().any(|slot| arena.is_changed(*slot))
    })
}

/// Writes everything, within the connection's transaction. On success the caller tells the arenas; after a failure
/// memory is as it was.
pub(crate) async fn emit(arenas: &mut Arenas, connection: &mut Connection) -> Result {
    let mut flush = Flush::new(arenas, connection);
    let result = steps(&mut flush).await;
    if result.is_err() {
        flush.revert();
    }
    result
}

async fn steps(flush: &mut Flush<'_>) -> Result {
    insert::all(flush).await?;
    update::all(flush).await?;
    delete::all(flush).await
}
