//! `AnyArena`: what the unit of work needs of an arena, whatever its model. Fields are known by their position.

use std::any::Any;

use aludel_sql::{Field, Mapping, Result, RowRef, Target};

/// What a transaction has done, or would do, to the objects of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) added: usize,
    pub(crate) changed: usize,
    pub(crate) deleted: usize,
}

/// An arena, without the type of its model.
pub(crate) trait AnyArena: Any + Send + Sync {
    /// How it stands in its table.
    fn mapping(&self) -> &'static Mapping;

    /// The objects that have no row yet, in the order they were added.
    fn pending(&self) -> &[u32];
    /// The objects that may have been changed since the last flush.
    fn touched(&self) -> &[u32];
    /// The objects whose rows are to be deleted.
    fn doomed(&self) -> &[u32];

    /// A field of an object that is there.
    fn field(&self, slot: u32, at: usize) -> &dyn Field;
    /// As [`field`](AnyArena::field), to write it.
    fn field_mut(&mut self, slot: u32, at: usize) -> &mut dyn Field;
    /// A field of the row as the database has it.
    fn base_field(&self, slot: u32, at: usize) -> &dyn Field;
    /// The key of an object that is there, as its model's key type.
    fn key(&self, slot: u32) -> Box<dyn Any + Send>;
    /// The object for messages: `Person(1)`, or `Person(new)` while the database has assigned it no key.
    fn describe(&self, slot: u32) -> String;
    /// What would be lost if the transaction ended now.
    fn tally(&self) -> Tally;

    /// Whether nothing was added, deleted or lent for writing since the last flush.
    fn is_idle(&self) -> bool {
        self.pending().is_empty() && self.touched().is_empty() && self.doomed().is_empty()
    }

    /// Whether a field differs from the row. Floats are compared by their bits, so that a NaN is no change.
    fn is_changed_at(&self, slot: u32, at: usize) -> bool {
        let field = self.field(slot, at);
        // A reference that waits for its key has the value NULL until then, as the row may have too.
        let waits = field.link().is_some_and(|link| link.pending().is_some());
        waits || !field.value().is_same(&self.base_field(slot, at).value())
    }

    /// Whether any field differs from the row.
    fn is_changed(&self, slot: u32) -> bool {
        (0..self.mapping().columns.len()).any(|at| self.is_changed_at(slot, at))
    }
    /// Whether the object has no row yet.
    fn is_pending(&self, slot: u32) -> bool;
    /// Whether a handle means an object that is there.
    fn is_live(&self, target: Target) -> bool;

    /// Overwrites an object with a row that was read for it.
    fn overwrite(&mut self, slot: u32, row: &dyn RowRef, transaction: u64) -> Result<()>;

    /// Keeps what a flush has written: objects have rows now, bases move, doomed objects are deleted.
    fn flushed(&mut self, transaction: u64);
    /// Makes what the transaction did last.
    fn committed(&mut self);
    /// Takes back what the transaction did, as if it had not begun.
    fn rolled_back(&mut self);
}
