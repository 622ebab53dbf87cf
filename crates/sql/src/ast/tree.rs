//! The statements and the nodes of their expressions: in one file, since a query may stand in an expression.

use std::sync::Arc;

use super::raw::RawStatement;
use crate::schema::{ColumnDef, TableRef};
use crate::types::Target;
use crate::value::Value;

/// Anything that can be compiled and run.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Statement {
    /// A query.
    Select(Arc<SelectTree>, Cap),
    /// Rows to insert.
    Insert(Arc<InsertTree>),
    /// Rows to change.
    Update(Arc<UpdateTree>),
    /// Rows to delete.
    Delete(Arc<DeleteTree>),
    /// SQL as the user wrote it.
    Raw(Arc<RawStatement>),
    /// A change of the schema.
    Ddl(Ddl),
}

/// How many rows of a query the caller will take at most, when the query has no limit of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cap {
    /// All of them.
    All,
    /// So many: 1 for `first`, 2 for `one`.
    Rows(u8),
}

/// `SELECT ..`.
#[derive(Clone, Debug, PartialEq)]
pub struct SelectTree {
    /// What is selected, in order.
    pub columns: Output,
    /// Where the rows come from; tables that only expressions name are added when it is compiled.
    pub from: Vec<Source>,
    /// The condition.
    pub filter: Option<Node>,
    /// The order of the rows.
    pub order_by: Vec<OrderBy>,
    /// The greatest number of rows.
    pub limit: Option<i64>,
    /// How many rows are passed over first.
    pub offset: Option<i64>,
}

/// What a statement returns.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Columns of one table by position: a model's, in the order of its fields.
    Columns(TableRef, &'static [u16]),
    /// All columns of the table.
    All(TableRef),
    /// Expressions.
    Nodes(Vec<Node>),
    /// The number 1, where only the existence of a row counts.
    One,
}

/// What stands in FROM.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// A table.
    Table(TableRef),
    /// A query, with the name that it has in this one.
    Derived(Arc<SelectTree>, &'static str),
}

/// An expression of ORDER BY.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderBy {
    /// What is compared.
    pub node: Node,
    /// In which direction.
    pub direction: Direction,
}

/// The direction of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the least.
    Ascending,
    /// From the greatest.
    Descending,
}

/// `INSERT INTO ..`; every row has a value for each of the columns. No columns and one row insert a row of defaults.
#[derive(Clone, Debug, PartialEq)]
pub struct InsertTree {
    /// Where the rows go.
    pub table: TableRef,
    /// The columns that get a value, by position.
    pub columns: Vec<u16>,
    /// The values, row by row.
    pub values: Values,
    /// The number of rows.
    pub rows: usize,
    /// What is returned of each row.
    pub returning: Option<Output>,
}

/// The values of an INSERT.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Each is a bind.
    Plain(Vec<Value<'static>>),
    /// Some may be computed.
    Nodes(Vec<Node>),
}

/// `column = value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// The column, by position.
    pub position: u16,
    /// The new value.
    pub value: Node,
}

/// `UPDATE ..`.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateTree {
    /// What is changed.
    pub table: TableRef,
    /// The new values.
    pub set: Vec<Assignment>,
    /// Which rows; all without one.
    pub filter: Option<Node>,
    /// What is returned of each row.
    pub returning: Option<Output>,
}

/// `DELETE FROM ..`.
#[derive(Clone, Debug, PartialEq)]
pub struct DeleteTree {
    /// Where rows are deleted.
    pub table: TableRef,
    /// Which rows; all without one.
    pub filter: Option<Node>,
    /// What is returned of each row.
    pub returning: Option<Output>,
}

/// A change of the schema.
#[derive(Clone, Debug, PartialEq)]
pub enum Ddl {
    /// Makes a table, if there is none of this name.
    CreateTable(TableRef),
    /// Makes the index of a column, if there is none of this name.
    CreateIndex(TableRef, u16),
    /// Removes a table, if there is one.
    DropTable(TableRef),
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnRef {
    /// The table that it belongs to.
    pub table: TableRef,
    /// Its position there.
    pub position: u16,
}

/// An expression without its type.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Node {
    /// A column.
    Column(ColumnRef),
    /// A value; always a bind, never text.
    Bind(Value<'static>),
    /// The key of an object, which its session puts in as a bind; nothing else can send it.
    KeyOf(Target),
    /// What the database assigns. A statement leaves such a column out, so that it is refused wherever it stands.
    Assigned,
    /// An operator between two operands.
    Binary(Box<Binary>),
    /// Conditions of which all are to be true, or one.
    Chain(Box<Chain>),
    /// Logical negation.
    Not(Box<Node>),
    /// `IS NULL` or, negated, `IS NOT NULL`.
    IsNull {
        /// What is asked.
        operand: Box<Node>,
        /// Whether it is `IS NOT NULL`.
        negated: bool,
        /// How deep the operand is nested.
        depth: u16,
    },
    /// Membership in a list.
    In(Box<In>),
    /// A call of a function.
    Function(Box<Function>),
    /// `EXISTS (SELECT ..)`.
    Exists(Arc<SelectTree>),
    /// An expression that was nested deeper than [`DEEPEST`](super::DEEPEST); it is refused.
    TooDeep,
}

/// An operator between two operands.
#[derive(Clone, Debug, PartialEq)]
pub struct Binary {
    /// The operator.
    pub op: BinaryOp,
    /// What stands left of it.
    pub left: Node,
    /// What stands right of it.
    pub right: Node,
    pub(super) depth: u16,
}

/// Conditions joined by one operator: as many as one likes, since they are not nested.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// The operator.
    pub junction: Junction,
    /// The conditions, two or more; none is a chain of the same operator.
    pub operands: Vec<Node>,
    pub(super) depth: u16,
}

/// The operators that join conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Junction {
    /// Logical or.
    Or,
    /// Logical and.
    And,
}

/// `operand IN (a, b, ..)`.
#[derive(Clone, Debug, PartialEq)]
pub struct In {
    /// What is looked for.
    pub operand: Node,
    /// What it is looked for in; an empty list is false (negated: true).
    pub list: Vec<Node>,
    /// Whether it is `NOT IN`.
    pub negated: bool,
    pub(super) depth: u16,
}

/// `name(a, b, ..)`; without arguments `name(*)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// The name, one of ours, so not quoted.
    pub name: &'static str,
    /// The arguments.
    pub arguments: Vec<Node>,
}

/// The operators between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BinaryOp {
    /// Equality.
    Eq,
    /// Inequality.
    Ne,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// A pattern with `%` and `_`.
    Like,
    /// The negation of [`Like`](BinaryOp::Like).
    NotLike,
}

impl SelectTree {
    /// The limit that a cap adds to the text: none where the query has its own, or where stopping early is as good.
    pub(crate) fn cap(&self, cap: Cap, lazy: bool) -> Option<u8> {
        let needed = self.limit.is_none() && self.offset.is_none() && !(lazy && self.order_by.is_empty());
        match cap {
            Cap::Rows(rows) if needed => Some(rows),
            Cap::Rows(_) | Cap::All => None,
        }
    }
}

impl Values {
    /// The values as nodes.
    pub fn into_nodes(self) -> Vec<Node> {
        match self {
            Self::Plain(values) => values.into_iter().map(Node::Bind).collect(),
            Self::Nodes(nodes) => nodes,
        }
    }

    /// The same values, as plain ones if they are nothing else.
    #[must_use]
    pub(super) fn simplified(self) -> Self {
        match self {
            Self::Nodes(nodes) if nodes.iter().all(|node| matches!(node, Node::Bind(_))) => {
                Self::Plain(nodes.into_iter().filter_map(|node| if let Node::Bind(value) = node { Some(value) } else { None }).collect())
            }
            values => values,
        }
    }
}

impl Output {
    /// Whether it has no bind for sure.
    pub(crate) fn is_plain(&self) -> bool {
        match self {
            Self::Columns(..) | Self::All(_) | Self::One => true,
            Self::Nodes(nodes) => nodes.iter().all(|node| matches!(node, Node::Column(_))),
        }
    }
}

impl InsertTree {
    /// Whether a database that repeats statements runs this one once for each row.
    pub(crate) fn is_repeatable(&self) -> bool {
        self.rows > 1 && self.is_plain()
    }

    /// Whether its values are all of its binds.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.values, Values::Plain(_)) && self.returning.as_ref().is_none_or(Output::is_plain)
    }
}

impl ColumnRef {
    /// The declaration of the column.
    pub fn definition(&self) -> &ColumnDef {
        &self.table.columns[usize::from(self.position)]
    }
}
