//! The nodes of an expression.

use std::sync::Arc;

use super::SelectTree;
use crate::schema::{ColumnDef, TableRef};
use crate::value::Value;

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
    /// An operator between two operands.
    Binary(Box<(BinaryOp, Node, Node)>),
    /// Logical negation.
    Not(Box<Node>),
    /// `IS NULL` or, negated, `IS NOT NULL`.
    IsNull {
        /// What is asked.
        operand: Box<Node>,
        /// Whether it is `IS NOT NULL`.
        negated: bool,
    },
    /// Membership in a list.
    In(Box<In>),
    /// A call of a function.
    Function(Box<Function>),
    /// `EXISTS (SELECT ..)`.
    Exists(Arc<SelectTree>),
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
    /// Logical or.
    Or,
    /// Logical and.
    And,
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

impl ColumnRef {
    /// The declaration of the column.
    pub fn definition(&self) -> &ColumnDef {
        &self.table.columns[usize::from(self.position)]
    }
}

impl Node {
    /// Joins two operands by an operator.
    pub fn binary(op: BinaryOp, left: Node, right: Node) -> Self {
        Self::Binary(Box::new((op, left, right)))
    }
}
