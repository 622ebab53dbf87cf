//! `Expr<T>`: a node with the type of its value; and `IntoExpr`, what may stand beside an operator.

use std::marker::PhantomData;

use crate::ast::Node;

/// An expression whose value has the type `T`.
#[derive(Debug)]
pub struct Expr<T> {
    node: Node,
    ty: PhantomData<fn() -> T>,
}

impl<T> Clone for Expr<T> {
    fn clone(&self) -> Self {
        Self::new(self.node.clone())
    }
}

impl<T> Expr<T> {
    pub(crate) fn new(node: Node) -> Self {
        Self { node, ty: PhantomData }
    }

    /// The tree of the expression, without its type.
    pub fn into_node(self) -> Node {
        self.node
    }
}

/// What can be compared with, or put into, a column of type `S`.
///
/// An `Option` is not among them on purpose: a missing value would silently match NULL, or nothing.
/// [`is`](Expr::is) takes one; [`is_null`](Expr::is_null) asks for NULL.
#[diagnostic::on_unimplemented(
    message = "a column of type `{S}` cannot be compared with, or set to, `{Self}`",
    label = "expected a `{S}`: a value, a column or an expression of this type"
)]
pub trait IntoExpr<S> {
    /// The expression.
    fn into_expr(self) -> Expr<S>;
}
