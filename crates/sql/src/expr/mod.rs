//! Expressions with a type: `Expr<T>` and `Column<M, T>`, their operators, and what may stand beside them.
//! Operators are inherent methods; two type parameters at most.

mod column;
mod values;
mod operators;
mod typed;

pub use column::Column;
pub use operators::Order;
pub use typed::{Expr, IntoExpr};
