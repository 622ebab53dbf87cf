//! `Expr<T>`: a node with the type of its value; and `IntoExpr`, what may stand beside an operator.

use std::fmt;
use std::marker::PhantomData;

use crate::ast::Node;

/// An expression whose value has the type `T`.
pub struct Expr<T> {
    node: Node,
    ty: PhantomData<fn() -> T>,
}

impl<T> Clone for Expr<T> {
    fn clone(&self) -> Self {
        Self::new(self.node.clone())
    }
}

impl<T> fmt::Debug for Expr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expr").field(&self.node).finish()
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

/// What can be compared with a column of type `S`: a value, a column, an expression; with a foreign key also a reference,
/// or an object, whose key the session puts in that runs the statement.
///
/// An `Option` is not among them on purpose: a missing value would silently match NULL, or nothing.
/// [`is`](Expr::is) takes one; [`is_null`](Expr::is_null) asks for NULL.
#[diagnostic::on_unimplemented(
    message = "a column of type `{S}` cannot be compared with `{Self}`",
    label = "expected a `{S}`: a value, a column or an expression of this type"
)]
pub trait IntoExpr<S> {
    /// The expression.
    fn into_expr(self) -> Expr<S>;
}
