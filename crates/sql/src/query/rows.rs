//! The rows of an INSERT: one that is set column by column, and many that are given as models.

use std::marker::PhantomData;

use crate::ast::{InsertTree, Node, Values};
use crate::compile::{keyless_in, mixed, unassigned};
use crate::error::{Error, Result};
use crate::model::{Mapping, Model};
use crate::schema::Type;
use crate::types::{Field, Link, Target};
use crate::value::Value;

/// The rows of an INSERT, to be changed column by column.
pub(super) struct Rows<'t>(&'t mut InsertTree);

impl<'t> Rows<'t> {
    pub(super) fn of(tree: &'t mut InsertTree) -> Self {
        Self(tree)
    }

    fn place(&self, position: u16) -> Option<usize> {
        self.0.columns.iter().position(|known| *known == position)
    }

    fn take_values(&mut self) -> Values {
        std::mem::replace(&mut self.0.values, Values::Plain(Vec::new()))
    }

    /// Gives a column this value in every row.
    pub(super) fn set(&mut self, position: u16, value: Node) {
        let (known, size) = (self.place(position), (self.0.rows, self.0.columns.len()));
        self.0.values = match (self.take_values(), value) {
            (Values::Plain(values), Node::Bind(value)) => Values::Plain(put(values, size, known, &value)),
            (values, value) => Values::Nodes(put(values.into_nodes(), size, known, &value)),
        };
        if known.is_none() {
            self.0.columns.push(position);
        }
    }

    /// Takes the value of a column out of every row.
    pub(super) fn unset(&mut self, position: u16) {
        let Some(at) = self.place(position) else { return };
        let width = self.0.columns.len();
        self.0.values = match self.take_values() {
            Values::Plain(values) => Values::Plain(without(values, width, at)),
            Values::Nodes(nodes) => Values::Nodes(without(nodes, width, at)),
        };
        self.0.columns.remove(at);
    }
}

/// Puts a value into each row, at a position or behind the others.
fn put<T: Clone>(mut values: Vec<T>, (rows, width): (usize, usize), at: Option<usize>, value: &T) -> Vec<T> {
    if let Some(at) = at {
        (0..rows).for_each(|row| values[row * width + at] = value.clone());
        return values;
    }
    let mut wider = Vec::with_capacity(rows * (width + 1));
    let mut values = values.into_iter();
    for _row in 0..rows {
        wider.extend(values.by_ref().take(width));
        wider.push(value.clone());
    }
    wider
}

fn without<T>(values: Vec<T>, width: usize, at: usize) -> Vec<T> {
    values.into_iter().enumerate().filter(|(nth, _)| nth % width != at).map(|(_, value)| value).collect()
}

/// The fields of a model, as far as they need a look before their values are taken.
struct Watch {
    /// The generated key, and whether the first row leaves it to the database.
    generated: Option<(usize, bool)>,
    /// Those that may be `auto()`, or refer to an object without a key.
    others: Vec<usize>,
}

impl Watch {
    fn of(mapping: &Mapping, generated: Option<(usize, bool)>) -> Self {
        let is_suspect = |at: &usize| {
            let column = &mapping.table.columns[usize::from(mapping.columns[*at])];
            matches!(column.ty, Type::SmallInt | Type::Integer | Type::BigInt) || column.references.is_some()
        };
        let is_other = |at: &usize| generated.is_none_or(|(generated, _)| generated != *at);
        Self { generated, others: (0..mapping.columns.len()).filter(is_other).filter(is_suspect).collect() }
    }

    /// Whether the model's values are plain ones, of the same columns as those of the first row.
    fn is_plain(&self, model: &impl Model) -> bool {
        self.generated.is_none_or(|(at, assigned)| model.field(at).is_auto() == assigned)
            && !self.others.iter().any(|at| is_absent(model.field(*at)))
    }
}

/// Takes the values of models, all into the same columns.
pub(super) struct Taking<M> {
    watch: Watch,
    /// The generated key, if the first row leaves it to the database.
    assigned: Option<usize>,
    /// The fields that get values.
    fields: Vec<usize>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> Taking<M> {
    /// Of models that leave to the database what the first one does.
    pub(super) fn like(first: Option<&M>) -> Self {
        let mapping = M::mapping();
        let generated = mapping.generated().map(|at| (at, first.is_some_and(|first| first.field(at).is_auto())));
        let assigned = generated.filter(|(_, assigned)| *assigned).map(|(at, _)| at);
        let fields = (0..mapping.columns.len()).filter(|at| Some(*at) != assigned).collect();
        Self { watch: Watch::of(mapping, generated), assigned, fields, model: PhantomData }
    }

    /// The columns that get values.
    pub(super) fn columns(&self) -> Vec<u16> {
        self.fields.iter().map(|at| M::mapping().columns[*at]).collect()
    }

    /// Takes the values of a model.
    pub(super) fn take(&self, model: &mut M, values: &mut Vec<Value<'static>>) -> Result {
        if !self.watch.is_plain(model) {
            return Err(self.odd(model));
        }
        self.take_plain(model, values);
        Ok(())
    }

    fn take_plain(&self, model: &mut M, values: &mut Vec<Value<'static>>) {
        values.extend(self.fields.iter().map(|at| model.field_mut(*at).take_value()));
    }

    /// What no statement of these columns can send.
    #[cold]
    fn odd(&self, model: &M) -> Error {
        let Mapping { table, columns, .. } = M::mapping();
        let column = |at: usize| &table.columns[usize::from(columns[at])];
        match self.watch.generated {
            Some((at, assigned)) if model.field(at).is_auto() != assigned => return mixed(table, column(at)),
            _ => {}
        }
        let at = self.watch.others.iter().copied().find(|at| is_absent(model.field(*at))).unwrap_or_default();
        match pending(model.field(at)) {
            Some(target) => keyless_in(table, column(at), target),
            None => unassigned(table, column(at)),
        }
    }
}

fn is_absent(field: &dyn Field) -> bool {
    field.is_auto() || pending(field).is_some()
}

fn pending(field: &dyn Field) -> Option<Target> {
    field.link().and_then(Link::pending)
}

/// The INSERT of these models; a generated key that is `auto()` in all of them is left to the database.
///
/// What no statement can send, and what only a session can, stands in it as a node, so that it is told when it is run.
pub(super) fn tree<M: Model>(models: impl IntoIterator<Item = M>) -> InsertTree {
    let mapping = M::mapping();
    let mut models = models.into_iter().peekable();
    let taking = Taking::like(models.peek());
    let (mut values, mut rows) = (Vec::with_capacity(models.size_hint().0.saturating_mul(taking.fields.len())), 0);
    let mut odd = None;
    for mut model in models.by_ref() {
        if !taking.watch.is_plain(&model) {
            odd = Some(model);
            break;
        }
        taking.take_plain(&mut model, &mut values);
        rows += 1;
    }
    let mut tree =
        InsertTree { table: mapping.table_ref(), columns: taking.columns(), values: Values::Plain(values), rows, returning: None };
    if let Some(odd) = odd {
        extend(&mut tree, (taking.fields, taking.assigned), std::iter::once(odd).chain(models));
    }
    tree
}

/// Adds rows that are not all plain: their fields, and the generated key if the rows before left it to the database.
fn extend<M: Model>(tree: &mut InsertTree, (mut fields, assigned): (Vec<usize>, Option<usize>), models: impl Iterator<Item = M>) {
    if let Some(at) = assigned {
        Rows(tree).set(M::mapping().columns[at], Node::Assigned);
        fields.push(at);
    }
    let mut nodes = Rows(tree).take_values().into_nodes();
    for mut model in models {
        nodes.extend(fields.iter().map(|at| node(model.field_mut(*at))));
        tree.rows += 1;
    }
    let is_left = assigned.is_some() && nodes.iter().skip(fields.len() - 1).step_by(fields.len()).all(|node| *node == Node::Assigned);
    tree.values = Values::Nodes(nodes);
    if let Some(at) = assigned.filter(|_| is_left) {
        Rows(tree).unset(M::mapping().columns[at]);
    }
}

fn node(field: &mut dyn Field) -> Node {
    match pending(field) {
        _ if field.is_auto() => Node::Assigned,
        Some(target) => Node::KeyOf(target),
        None => Node::Bind(field.take_value()),
    }
}
