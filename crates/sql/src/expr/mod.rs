//! Expressions with a type: `Expr<T>` and `Column<M, T>`, their operators, and what may stand beside them.
//! Operators are inherent methods; two type parameters at most.

mod column;
mod into_expr;
mod operators;

pub use column::Column;
pub use into_expr::IntoExpr;
pub use operators::{Expr, Order};
