//! `Level`: what has happened to the objects of one model since a nested transaction began.

use std::collections::BTreeMap;

use super::slot::{Slot, State};

/// A nested transaction that is open.
pub(super) struct Level<M> {
    /// The objects that were written, or read anew, by their places: as they were when it began.
    pub(super) before: BTreeMap<u32, Before<M>>,
    /// How much of the arena's `written` is older.
    pub(super) written: usize,
}

/// An object as it was; `None` if it had no row yet.
pub(super) type Before<M> = Option<Row<M>>;

/// An object that had a row.
pub(super) struct Row<M> {
    pub(super) state: State,
    pub(super) row: Box<M>,
    /// Whether the transaction had written it before.
    pub(super) has_undo: bool,
}

/// The row as the database has it.
pub(super) fn row_of<M>(slot: &Slot<M>) -> Option<&M> {
    slot.base.as_deref().or(slot.current.as_ref())
}

/// What an object is whose deletion was not flushed.
pub(super) fn kept(state: State) -> State {
    match state {
        State::Doomed { inserted: true } => State::Inserted,
        State::Doomed { inserted: false } => State::Persistent,
        other => other,
    }
}
