//! SELECT: what is selected, where it comes from, and the rest in the order of the text.

use super::expr::Precedence;
use super::writer::Writer;
use crate::ast::{Cap, ColumnRef, Direction, In, Junction, Node, OrderBy, Output, SelectTree, Source};
use crate::error::{Error, Result};
use crate::schema::TableRef;

impl Writer<'_> {
    /// A query that returns at most so many rows, unless it has a limit of its own.
    pub(super) fn capped(&mut self, tree: &SelectTree, cap: Cap) -> Result {
        self.select(tree)?;
        if let Some(rows) = tree.cap(cap, self.dialect.is_lazy()) {
            self.push(&format!(" LIMIT {rows}"));
        }
        Ok(())
    }

    pub(super) fn select(&mut self, tree: &SelectTree) -> Result {
        let sources = sources(tree);
        if sources.len() > 1 && self.unjoined.is_none() {
            self.unjoined = unjoined(tree, &sources);
        }
        self.qualifying(sources.len() > 1, |writer| {
            writer.push("SELECT ");
            writer.output(&tree.columns)?;
            if !sources.is_empty() {
                writer.push(" FROM ");
                writer.separated(&sources, ", ", |writer, source| writer.source(source))?;
            }
            writer.filter(tree.filter.as_ref())?;
            writer.order_by(&tree.order_by)?;
            writer.limit(tree);
            Ok(())
        })
    }

    pub(super) fn output(&mut self, output: &Output) -> Result {
        match output {
            Output::Columns(table, positions) => {
                let columns = positions.iter().map(|position| ColumnRef { table: table.clone(), position: *position });
                self.separated(columns, ", ", |writer, column| writer.column(&column))
            }
            Output::All(table) => {
                let columns = (0..table.columns.len()).map(|position| ColumnRef { table: table.clone(), position: position as u16 });
                self.separated(columns, ", ", |writer, column| writer.column(&column))
            }
            Output::Nodes(nodes) if nodes.is_empty() => Err(Error::usage("the query selects nothing")),
            Output::Nodes(nodes) => self.separated(nodes, ", ", |writer, node| writer.node(node, Precedence::Lowest)),
            Output::One => {
                self.push("1");
                Ok(())
            }
        }
    }

    fn source(&mut self, source: &Source) -> Result {
        match source {
            Source::Table(table) => self.table(table),
            Source::Derived(tree, name) => {
                self.push("(");
                self.select(tree)?;
                self.push(") AS ");
                self.identifier(name)
            }
        }
    }

    pub(super) fn filter(&mut self, filter: Option<&Node>) -> Result {
        let Some(node) = filter else { return Ok(()) };
        self.push(" WHERE ");
        self.node(node, Precedence::Lowest)
    }

    fn order_by(&mut self, order: &[OrderBy]) -> Result {
        if order.is_empty() {
            return Ok(());
        }
        self.push(" ORDER BY ");
        self.separated(order, ", ", |writer, OrderBy { node, direction }| {
            writer.node(node, Precedence::Operand)?;
            if *direction == Direction::Descending {
                writer.push(" DESC");
            }
            Ok(())
        })
    }

    fn limit(&mut self, tree: &SelectTree) {
        match (&tree.limit, &tree.offset, self.dialect.no_limit()) {
            (Some(_), _, _) => {
                self.push(" LIMIT ");
                self.push(self.dialect.limit_prefix());
                self.bind();
            }
            (None, Some(_), Some(none)) => self.push(&format!(" LIMIT {none}")),
            (None, _, _) => {}
        }
        if tree.offset.is_some() {
            self.push(" OFFSET ");
            self.bind();
        }
    }
}

/// What stands in FROM: what was put there, and the tables that only expressions name.
fn sources(tree: &SelectTree) -> Vec<Source> {
    let mut sources = tree.from.clone();
    let mut add = |table: &TableRef| {
        let source = Source::Table(table.clone());
        if !sources.contains(&source) {
            sources.push(source);
        }
    };
    match &tree.columns {
        Output::Columns(table, _) | Output::All(table) => add(table),
        Output::Nodes(nodes) => nodes.iter().for_each(|node| tables(node, &mut add)),
        Output::One => {}
    }
    tree.filter.iter().for_each(|node| tables(node, &mut add));
    tree.order_by.iter().for_each(|order| tables(&order.node, &mut add));
    sources
}

/// Calls `add` with each table that an expression names, from left to right; not those of its subqueries.
fn tables(node: &Node, add: &mut impl FnMut(&TableRef)) {
    columns(node, &mut |column| add(&column.table));
}

/// Calls `add` with each column that an expression names, from left to right; not those of its subqueries.
pub(super) fn columns(node: &Node, add: &mut dyn FnMut(&ColumnRef)) {
    match node {
        Node::Column(column) => add(column),
        Node::Bind(_) | Node::KeyOf(_) | Node::Assigned | Node::Exists(_) | Node::TooDeep => {}
        Node::Binary(binary) => {
            columns(&binary.left, add);
            columns(&binary.right, add);
        }
        Node::Chain(chain) => chain.operands.iter().for_each(|operand| columns(operand, add)),
        Node::Not(operand) | Node::IsNull { operand, .. } => columns(operand, add),
        Node::In(list) => {
            let In { operand, list, .. } = &**list;
            columns(operand, add);
            list.iter().for_each(|node| columns(node, add));
        }
        Node::Function(call) => call.arguments.iter().for_each(|argument| columns(argument, add)),
    }
}

/// The first table in FROM, and the first that no condition joins to it, if there is one.
fn unjoined(tree: &SelectTree, sources: &[Source]) -> Option<(TableRef, TableRef)> {
    let table = |source: &Source| if let Source::Table(table) = source { Some(table.clone()) } else { None };
    let tables: Vec<TableRef> = sources.iter().filter_map(table).collect();
    let mut groups: Vec<Vec<TableRef>> = tables.iter().map(|table| vec![table.clone()]).collect();
    tree.filter.iter().for_each(|node| join(node, &mut groups));
    let first = tables.first()?;
    let joined = groups.iter().find(|group| group.contains(first))?;
    let other = tables.iter().find(|table| !joined.contains(table))?;
    Some((first.clone(), other.clone()))
}

/// Puts the tables into one group that a condition names together.
fn join(node: &Node, groups: &mut Vec<Vec<TableRef>>) {
    if let Node::Chain(chain) = node
        && chain.junction == Junction::And
    {
        return chain.operands.iter().for_each(|operand| join(operand, groups));
    }
    let mut named = Vec::new();
    tables(node, &mut |table| named.push(table.clone()));
    let (joined, others): (Vec<_>, Vec<_>) = groups.drain(..).partition(|group| group.iter().any(|table| named.contains(table)));
    groups.extend((!joined.is_empty()).then(|| joined.concat()));
    groups.extend(others);
}
