//! `Assignable`: what `set` puts into a column: what is compared with it, and an `Option` where it may be NULL.

use super::column::Column;
use super::typed::{Expr, IntoExpr};
use super::values::bind;
use crate::ast::Node;
use crate::types::{Scalar, SqlType, Text};

/// What can be put into a column whose field has the type `T` and which compares as `S`: a value, a column or an
/// expression of `S`; for a column that may be NULL also an `Option` of the field's type, `None` being NULL.
///
/// [`auto()`](crate::auto) leaves a generated key to the database.
#[diagnostic::on_unimplemented(
    message = "a column of type `{T}` cannot be set to `{Self}`",
    label = "expected a `{S}`: a value, a column or an expression of this type",
    note = "a column takes an `Option` only if its field is one, and of the same type: `None`, or `Some` of an owned value; for another one take the value out first"
)]
pub trait Assignable<T, S> {
    /// The expression.
    fn assigned(self) -> Node;
}

#[diagnostic::do_not_recommend]
impl<S: Scalar, T> Assignable<T, S> for S {
    fn assigned(self) -> Node {
        field(self)
    }
}

/// A field that may be empty. Apart from the trait above, so that the compiler shows no implementation at length where a
/// column must not be NULL.
pub trait Nullable<T> {
    /// The expression.
    fn node(value: Option<T>) -> Node;
}

#[diagnostic::do_not_recommend]
impl<T: SqlType> Nullable<T> for Option<T> {
    fn node(value: Self) -> Node {
        field(value)
    }
}

#[diagnostic::do_not_recommend]
impl<T, C: Nullable<T>, S> Assignable<C, S> for Option<T> {
    fn assigned(self) -> Node {
        C::node(self)
    }
}

/// A field's value, if it has one yet.
fn field(field: impl SqlType) -> Node {
    if field.is_auto() { Node::Assigned } else { bind(field) }
}

macro_rules! as_compared { ($([$($generic:tt)*] $value:ty => $sql:ty;)*) => { $(
    #[diagnostic::do_not_recommend]
    impl<$($generic)* AssignedTo> Assignable<AssignedTo, $sql> for $value {
        fn assigned(self) -> Node {
            let expr: Expr<$sql> = self.into_expr();
            expr.into_node()
        }
    }
)* } }

as_compared! {
    [S: Text,] &str => S;
    [S: Text,] &String => S;
    [] &[u8] => Vec<u8>;
    [S,] Expr<S> => S;
    [M, U: SqlType,] Column<M, U> => U::Sql;
}
