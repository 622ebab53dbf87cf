//! `AnyArena`: what the unit of work needs of an arena, whatever its model. Fields are known by their position.

use std::any::Any;

use aludel_sql::{Field, Mapping, Model, Result, RowRef, Target};

/// What a transaction has done, or would do, to the objects of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) added: usize,
    pub(crate) changed: usize,
    pub(crate) deleted: usize,
}

/// An object, without the type of its model.
pub(crate) trait Fields {
    /// The field at this position of the mapping.
    fn at(&self, position: usize) -> &dyn Field;
}

impl<M: Model> Fields for M {
    fn at(&self, position: usize) -> &dyn Field {
        self.field(position)
    }
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

    /// An object that is there.
    fn now(&self, slot: u32) -> &dyn Fields;
    /// A field of an object that is there, to write it.
    fn field_mut(&mut self, slot: u32, at: usize) -> &mut dyn Field;
    /// The row of an object as the database has it.
    fn row(&self, slot: u32) -> &dyn Fields;
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

    /// Whether any field differs from the row.
    fn is_changed(&self, slot: u32) -> bool {
        changes(self, slot).next().is_some()
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

    /// Begins a nested transaction. Nothing waits to be flushed.
    fn open_level(&mut self);
    /// Keeps what was done in the nested transactions beyond the first so many, as a part of what is around them.
    fn close_levels(&mut self, depth: usize);
    /// Takes back what was done in the nested transactions beyond the first so many, flushed or not.
    fn back_to_level(&mut self, depth: usize);
}

/// The fields of an object that differ from its row.
pub(crate) fn changes(arena: &(impl AnyArena + ?Sized), slot: u32) -> impl Iterator<Item = usize> {
    let (now, row) = (arena.now(slot), arena.row(slot));
    (0..arena.mapping().columns.len()).filter(move |at| differs(now.at(*at), row.at(*at)))
}

/// Whether a field differs from that of the row. Floats are compared by their bits, so that a NaN is no change.
fn differs(field: &dyn Field, row: &dyn Field) -> bool {
    // A reference that waits for its key has the value NULL until then, as the row may have too.
    let waits = field.link().is_some_and(|link| link.pending().is_some());
    waits || !field.value().is_same(&row.value())
}
