//! `IntoExpr`: what may stand beside an operator: a value, a column, an expression.

use super::{Column, Expr};
use crate::ast::Node;
use crate::types::{Field, Scalar, SqlType};
use crate::value::Value;

/// What can be compared with, or put into, a column of type `S`.
///
/// An `Option` is not among them on purpose: a missing value would silently match NULL, or nothing.
/// [`is`](Column::is) takes one; [`is_null`](Column::is_null) asks for NULL.
#[diagnostic::on_unimplemented(
    message = "a column of type `{S}` cannot be compared with, or set to, `{Self}`",
    label = "expected a `{S}`: a value, a column or an expression of this type"
)]
pub trait IntoExpr<S> {
    /// The expression.
    fn into_expr(self) -> Expr<S>;
}

/// A value of its own as a bind.
pub(crate) fn bind<T: Field>(value: &T) -> Node {
    Node::Bind(value.value().into_owned())
}

#[diagnostic::do_not_recommend]
impl<S: Scalar> IntoExpr<S> for S {
    fn into_expr(self) -> Expr<S> {
        Expr::new(bind(&self))
    }
}

#[diagnostic::do_not_recommend]
impl IntoExpr<String> for &str {
    fn into_expr(self) -> Expr<String> {
        Expr::new(Node::Bind(Value::Text(self.to_owned().into())))
    }
}

#[diagnostic::do_not_recommend]
impl IntoExpr<String> for &String {
    fn into_expr(self) -> Expr<String> {
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

#[diagnostic::do_not_recommend]
impl<M, T: SqlType> IntoExpr<T::Sql> for Column<M, T> {
    fn into_expr(self) -> Expr<T::Sql> {
        self.expr()
    }
}
