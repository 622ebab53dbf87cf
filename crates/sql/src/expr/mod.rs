//! Expressions with a type: `Expr<T>` and `Column<M, T>`, their operators, and what may stand beside them.
//! Operators are inherent methods; two type parameters at most.

mod assignable;
mod column;
mod values;
mod operators;
mod typed;

pub use assignable::Assignable;
pub use column::Column;
pub use operators::{IntoOrder, Order};
pub use typed::{Expr, IntoExpr};
pub(crate) use values::bind;
