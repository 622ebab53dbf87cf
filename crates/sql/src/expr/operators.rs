//! The operators of `Expr<T>`.

use std::ops::{BitAnd, BitOr, Not};

use super::typed::{Expr, IntoExpr};
use crate::ast::{BinaryOp, Direction, Junction, Node, OrderBy};
use crate::types::Text;

/// An expression of ORDER BY, with its direction.
#[derive(Clone, Debug)]
#[must_use]
pub struct Order(OrderBy);

/// What the rows of a query can be ordered by: a column or an expression, from the least, or one with a direction.
#[diagnostic::on_unimplemented(
    message = "rows cannot be ordered by `{Self}`",
    label = "expected a column or an expression, or `.asc()` or `.desc()` of it"
)]
pub trait IntoOrder {
    /// The expression with its direction.
    fn into_order(self) -> Order;
}

#[diagnostic::do_not_recommend]
impl IntoOrder for Order {
    fn into_order(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T> IntoOrder for Expr<T> {
    fn into_order(self) -> Order {
        self.asc()
    }
}

impl Order {
    pub(crate) fn into_tree(self) -> OrderBy {
        self.0
    }
}

impl<T> Expr<T> {
    pub(crate) fn compare<U>(self, op: BinaryOp, other: Expr<U>) -> Expr<bool> {
        Expr::new(Node::binary(op, self.into_node(), other.into_node()))
    }

    /// `=`. NULL is equal to nothing, not even to itself.
    pub fn eq(self, other: impl IntoExpr<T>) -> Expr<bool> {
        self.compare(BinaryOp::Eq, other.into_expr())
    }

    /// `<>`.
    pub fn ne(self, other: impl IntoExpr<T>) -> Expr<bool> {
        self.compare(BinaryOp::Ne, other.into_expr())
    }

    /// `<`.
    pub fn lt(self, other: impl IntoExpr<T>) -> Expr<bool> {
        self.compare(BinaryOp::Lt, other.into_expr())
    }

    /// `<=`.
    pub fn le(self, other: impl IntoExpr<T>) -> Expr<bool> {
        self.compare(BinaryOp::Le, other.into_expr())
    }

    /// `>`.
    pub fn gt(self, other: impl IntoExpr<T>) -> Expr<bool> {
        self.compare(BinaryOp::Gt, other.into_expr())
    }

    /// `>=`.
    pub fn ge(self, other: impl IntoExpr<T>) -> Expr<bool> {
        self.compare(BinaryOp::Ge, other.into_expr())
    }

    /// Equal to the value, or NULL if there is none.
    pub fn is<V: IntoExpr<T>>(self, value: Option<V>) -> Expr<bool> {
        match value {
            Some(value) => self.compare(BinaryOp::Eq, value.into_expr()),
            None => self.is_null(),
        }
    }

    /// `IS NULL`.
    pub fn is_null(self) -> Expr<bool> {
        Expr::new(self.into_node().is_null())
    }

    /// `IS NOT NULL`.
    pub fn is_not_null(self) -> Expr<bool> {
        Expr::new(self.into_node().is_not_null())
    }

    /// `IN`: equal to one of the values. None of none: false.
    pub fn is_in<V: IntoExpr<T>>(self, values: impl IntoIterator<Item = V>) -> Expr<bool> {
        let list = values.into_iter().map(|value| value.into_expr().into_node()).collect();
        Expr::new(self.into_node().is_in(list))
    }

    /// `NOT IN`: equal to none of the values. NULL is never in the result, whatever the values.
    pub fn not_in<V: IntoExpr<T>>(self, values: impl IntoIterator<Item = V>) -> Expr<bool> {
        let list = values.into_iter().map(|value| value.into_expr().into_node()).collect();
        Expr::new(self.into_node().is_not_in(list))
    }

    /// `LIKE`: `%` stands for any text, `_` for any character. SQLite ignores the case of ASCII letters.
    pub fn like(self, pattern: impl IntoExpr<String>) -> Expr<bool>
    where
        T: Text,
    {
        self.compare(BinaryOp::Like, pattern.into_expr())
    }

    /// `NOT LIKE`.
    pub fn not_like(self, pattern: impl IntoExpr<String>) -> Expr<bool>
    where
        T: Text,
    {
        self.compare(BinaryOp::NotLike, pattern.into_expr())
    }

    /// From the least to the greatest.
    pub fn asc(self) -> Order {
        Order(OrderBy { node: self.into_node(), direction: Direction::Ascending })
    }

    /// From the greatest to the least.
    pub fn desc(self) -> Order {
        Order(OrderBy { node: self.into_node(), direction: Direction::Descending })
    }
}

impl Expr<bool> {
    /// Both.
    pub fn and(self, other: Expr<bool>) -> Self {
        Self::new(Node::join(Junction::And, self.into_node(), other.into_node()))
    }

    /// One of the two, or both.
    pub fn or(self, other: Expr<bool>) -> Self {
        Self::new(Node::join(Junction::Or, self.into_node(), other.into_node()))
    }
}

impl Not for Expr<bool> {
    type Output = Self;

    fn not(self) -> Self {
        Self::new(self.into_node().negated())
    }
}

impl BitAnd for Expr<bool> {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        self.and(other)
    }
}

impl BitOr for Expr<bool> {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.or(other)
    }
}
