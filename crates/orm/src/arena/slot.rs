//! `Slot`: one object, and what the session knows of it.

use aludel_sql::Model;

/// The place of one object.
pub(crate) struct Slot<M> {
    /// How often the place has been used before: an older handle is refused.
    pub(crate) generation: u32,
    /// What has become of the object.
    pub(crate) state: State,
    /// The transaction in which its row was read last.
    pub(crate) seen: u64,
    /// The object; `None` only if the place is empty.
    pub(crate) current: Option<M>,
    /// The row as the database has it, once the object may differ from it.
    pub(crate) base: Option<Box<M>>,
    /// The row as it was when the transaction began, once a flush of the transaction has written it.
    pub(crate) undo: Option<Box<M>>,
}

/// What has become of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// The place is empty.
    Vacant,
    /// It has no row yet.
    Pending,
    /// It has a row since this transaction: its own insert, which is not committed.
    Inserted,
    /// It has a row.
    Persistent,
    /// It has a row, which the next flush deletes.
    Doomed {
        /// Whether the row is of this transaction.
        inserted: bool,
    },
    /// Its row is deleted, which is not committed.
    Deleted {
        /// Whether the row was of this transaction.
        inserted: bool,
    },
}

impl<M: Model> Slot<M> {
    /// Remembers the row before the object may be changed; `true` the first time since the last flush.
    pub(crate) fn touch(&mut self) -> bool {
        if !self.is_tracked() || self.base.is_some() {
            return false;
        }
        self.base = self.current.as_ref().map(|current| Box::new(current.duplicate()));
        true
    }

    /// Whether the object has a row, and is to keep it.
    pub(crate) fn is_tracked(&self) -> bool {
        matches!(self.state, State::Persistent | State::Inserted)
    }

    /// Whether the object is there to be read and written.
    pub(crate) fn is_live(&self) -> bool {
        !matches!(self.state, State::Vacant | State::Deleted { .. })
    }
}
