//! `Tracked`: the mode of a session: rows of a model become handles to its objects.

use std::any::Any;

use aludel_sql::{Error, Mode, Model, Obj, Result, RowRef};

use super::arenas::Arenas;

/// Rows become handles: sessions.
#[derive(Clone, Copy, Debug)]
pub enum Tracked {}

impl Mode for Tracked {
    type Out<M: Model> = Obj<M>;

    fn take<M: Model>(row: &dyn RowRef, at: usize, tracker: &mut dyn Any) -> Result<Obj<M>> {
        let arenas = tracker.downcast_mut::<Arenas>().ok_or_else(|| Error::usage("rows are tracked only by a session"))?;
        let transaction = arenas.transaction();
        arenas.of_mut::<M>().load(row, at, transaction)
    }
}
