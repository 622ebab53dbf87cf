//! The values that may stand beside an operator.

use super::typed::{Expr, IntoExpr};
use crate::ast::Node;
use crate::types::{Field, Link, Scalar, Text};
use crate::value::Value;

/// A value of its own as a bind; a reference to an object is bound by its session.
pub(crate) fn bind<T: Field>(mut value: T) -> Node {
    match value.link().and_then(Link::pending) {
        Some(target) => Node::KeyOf(target),
        None => Node::Bind(value.take_value()),
    }
}

#[diagnostic::do_not_recommend]
impl<S: Scalar> IntoExpr<S> for S {
    fn into_expr(self) -> Expr<S> {
        Expr::new(bind(self))
    }
}

// For any text and not for `String` alone: for another type the compiler would show this implementation at length.
#[diagnostic::do_not_recommend]
impl<S: Text> IntoExpr<S> for &str {
    fn into_expr(self) -> Expr<S> {
        Expr::new(Node::Bind(Value::Text(self.to_owned().into())))
    }
}

#[diagnostic::do_not_recommend]
impl<S: Text> IntoExpr<S> for &String {
    fn into_expr(self) -> Expr<S> {
        self.as_str().into_expr()
    }
}

#[diagnostic::do_not_recommend]
impl IntoExpr<Vec<u8>> for &[u8] {
    fn into_expr(self) -> Expr<Vec<u8>> {
        Expr::new(Node::Bind(Value::Bytes(self.to_owned().into())))
    }
}

#[diagnostic::do_not_recommend]
impl<S> IntoExpr<S> for Expr<S> {
    fn into_expr(self) -> Expr<S> {
        self
    }
}
