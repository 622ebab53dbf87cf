//! `Select<S>`: a query whose rows become `S`.

use std::marker::PhantomData;
use std::sync::Arc;

use super::columns::output;
use super::typed::typed;
use super::{Executable, Fetch, IntoColumns, Stream, fetch, stream};
use crate::ast::{Cap, Function, Junction, Node, Output, SelectTree, Source, Statement};
use crate::compile::{Dialect, Sql};
use crate::error::Result;
use crate::expr::{Expr, IntoOrder};
use crate::run::{BoxFuture, Executor, Plain, RowOf, Selection};
use crate::schema::TableRef;

/// A query. Its verbs run it: on a session, models become tracked objects; on an engine, a connection or a
/// transaction, values.
#[must_use = "a query does nothing until one of its verbs is awaited"]
pub struct Select<S> {
    tree: Arc<SelectTree>,
    row: PhantomData<fn() -> S>,
}

typed!(Select, tree, row);

/// Selects columns and expressions; the tables that they name stand in FROM.
pub fn select<C: IntoColumns>(columns: C) -> Select<C::Row> {
    Select::of(output(columns))
}

/// Adds a condition to those that are there.
pub(super) fn and(filter: &mut Option<Node>, condition: Expr<bool>) {
    let condition = condition.into_node();
    *filter = Some(match filter.take() {
        Some(before) => Node::join(Junction::And, before, condition),
        None => condition,
    });
}

fn number(rows: u64) -> Option<i64> {
    // A limit beyond what any database counts to is no limit.
    i64::try_from(rows).ok()
}

impl<S> Select<S> {
    /// Returns a query of these columns, without conditions.
    pub(super) fn of(columns: Output) -> Self {
        let tree = SelectTree { columns, from: Vec::new(), filter: None, order_by: Vec::new(), limit: None, offset: None };
        Self { tree: Arc::new(tree), row: PhantomData }
    }

    /// Returns a query of all columns of a table, for example one that is known only at run time.
    pub fn from_table(table: TableRef) -> Self {
        Self::of(Output::All(table))
    }

    fn edit(mut self, edit: impl FnOnce(&mut SelectTree)) -> Self {
        edit(Arc::make_mut(&mut self.tree));
        self
    }

    /// Keeps the rows for which the condition is true, besides all conditions before.
    pub fn filter(self, condition: Expr<bool>) -> Self {
        self.edit(|tree| and(&mut tree.filter, condition))
    }

    /// Orders the rows, after all orders before: from the least, unless `.desc()` says otherwise.
    pub fn order_by(self, order: impl IntoOrder) -> Self {
        self.edit(|tree| tree.order_by.push(order.into_order().into_tree()))
    }

    /// Returns at most so many rows.
    pub fn limit(self, rows: u64) -> Self {
        self.edit(|tree| tree.limit = number(rows))
    }

    /// Passes over so many rows first.
    pub fn offset(self, rows: u64) -> Self {
        self.edit(|tree| tree.offset = number(rows).or(Some(i64::MAX)))
    }

    /// The statement as it is sent to a database of this dialect: `{}` with placeholders, `{:#}` with values.
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Sql {
        self.statement(Cap::All).to_sql(dialect)
    }

    fn statement(&self, cap: Cap) -> Statement {
        Statement::Select(Arc::clone(&self.tree), cap)
    }

    /// The query that counts the rows of this one.
    fn counting(&self) -> Statement {
        let mut tree = SelectTree::clone(&self.tree);
        tree.order_by.clear();
        let limited = tree.limit.is_some() || tree.offset.is_some();
        let count = Output::Nodes(vec![Node::Function(Box::new(Function { name: "count", arguments: Vec::new() }))]);
        let rows = std::mem::replace(&mut tree.columns, count);
        if let Output::Columns(table, _) | Output::All(table) = &rows {
            tree.from.push(Source::Table(table.clone()));
        }
        if limited || matches!(rows, Output::Nodes(_)) {
            let count = std::mem::replace(&mut tree.columns, rows);
            let counted = Source::Derived(Arc::new(tree), "counted");
            tree = SelectTree { columns: count, from: vec![counted], filter: None, order_by: Vec::new(), limit: None, offset: None };
        }
        Statement::Select(Arc::new(tree), Cap::All)
    }

    /// The query that tells whether this one has a row.
    fn probing(&self) -> Statement {
        let mut tree = SelectTree::clone(&self.tree);
        tree.order_by.clear();
        if let Output::Columns(table, _) | Output::All(table) = &tree.columns {
            tree.from.push(Source::Table(table.clone()));
            tree.columns = Output::One;
        }
        let columns = Output::Nodes(vec![Node::Exists(Arc::new(tree))]);
        let tree = SelectTree { columns, from: Vec::new(), filter: None, order_by: Vec::new(), limit: None, offset: None };
        Statement::Select(Arc::new(tree), Cap::All)
    }

    /// Counts the rows; limit and offset are respected.
    ///
    /// # Errors
    /// What the database answers.
    #[track_caller]
    pub fn count<'e, E: Executor + 'e>(&self, executor: E) -> Fetch<'e, E, i64> {
        fetch::one::<i64, E>(self.counting(), executor)
    }

    /// Tells whether there is a row.
    ///
    /// # Errors
    /// What the database answers.
    #[track_caller]
    pub fn exists<'e, E: Executor + 'e>(&self, executor: E) -> Fetch<'e, E, bool> {
        fetch::one::<bool, E>(self.probing(), executor)
    }
}

impl<S: Selection> Select<S> {
    /// Returns all rows.
    ///
    /// # Errors
    /// What the database answers; [`ErrorKind::Data`](crate::ErrorKind::Data) for a value that does not fit its field.
    #[track_caller]
    pub fn all<'e, E: Executor + 'e>(&self, executor: E) -> Fetch<'e, E, Vec<RowOf<S, E>>> {
        fetch::rows::<S, E>(self.statement(Cap::All), executor)
    }

    /// Returns the rows one by one, in bounded memory: for more of them than one wants to hold at once. The connection is held
    /// as long as the stream lives.
    ///
    /// # Errors
    /// As [`all`](Select::all), as far as it is known before the first row.
    #[track_caller]
    pub fn stream<'e, E: Executor<Mode = Plain> + 'e>(&self, executor: E) -> BoxFuture<'e, Result<Stream<'e, RowOf<S, E>>>> {
        stream::stream::<S, E>(self.statement(Cap::All), executor)
    }

    /// Returns the first row, if there is one.
    ///
    /// # Errors
    /// As [`all`](Select::all).
    #[track_caller]
    pub fn first<'e, E: Executor + 'e>(&self, executor: E) -> Fetch<'e, E, Option<RowOf<S, E>>> {
        fetch::first::<S, E>(self.statement(Cap::Rows(1)), executor)
    }

    /// Returns the only row.
    ///
    /// # Errors
    /// [`ErrorKind::NoRow`](crate::ErrorKind::NoRow) and [`ErrorKind::MultipleRows`](crate::ErrorKind::MultipleRows); else as [`all`](Select::all).
    #[track_caller]
    pub fn one<'e, E: Executor + 'e>(&self, executor: E) -> Fetch<'e, E, RowOf<S, E>> {
        fetch::one::<S, E>(self.statement(Cap::Rows(2)), executor)
    }

    /// Returns the only row, or none.
    ///
    /// # Errors
    /// [`ErrorKind::MultipleRows`](crate::ErrorKind::MultipleRows); else as [`all`](Select::all).
    #[track_caller]
    pub fn one_or_none<'e, E: Executor + 'e>(&self, executor: E) -> Fetch<'e, E, Option<RowOf<S, E>>> {
        fetch::one_or_none::<S, E>(self.statement(Cap::Rows(2)), executor)
    }
}

impl<S> Executable for Select<S> {
    fn into_statement(self) -> Statement {
        Statement::Select(self.tree, Cap::All)
    }
}
