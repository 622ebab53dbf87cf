//! `Column<M, T>`: a column of a model or table, with the type of its field. An associated constant.

use std::borrow::Cow;
use std::marker::PhantomData;

use super::operators::{IntoOrder, Order};
use super::typed::{Expr, IntoExpr};
use crate::ast::{BinaryOp, ColumnRef, Node};
use crate::schema::{ColumnDef, Table, TableRef};
use crate::types::{SqlType, Text};

/// A column of `M`, whose field has the type `T`.
pub struct Column<M, T> {
    table: &'static Table,
    position: u16,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Clone for Column<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Column<M, T> {}

impl<M, T> Column<M, T> {
    /// Returns the column at `position` of `table`; the macros call it.
    #[doc(hidden)]
    pub const fn new(table: &'static Table, position: u16) -> Self {
        Self { table, position, types: PhantomData }
    }

    /// Returns the same column as one of the model `N`, which is mapped to the table.
    #[doc(hidden)]
    pub const fn mapped<N>(self) -> Column<N, T> {
        Column::new(self.table, self.position)
    }

    /// The declaration.
    pub fn definition(&self) -> &'static ColumnDef {
        &self.table.columns[usize::from(self.position)]
    }

    /// The table.
    pub fn table(&self) -> &'static Table {
        self.table
    }

    /// The position in the table.
    pub const fn position(&self) -> u16 {
        self.position
    }

    /// Whether it alone is the primary key of its table; false for a table that was made at run time.
    #[doc(hidden)]
    pub const fn is_whole_key(self) -> bool {
        let Cow::Borrowed(columns) = &self.table.columns else { return false };
        let (mut at, mut keys) = (0, 0);
        while at < columns.len() {
            keys += columns[at].primary_key as usize;
            at += 1;
        }
        keys == 1 && columns[self.position as usize].primary_key
    }

    pub(crate) fn node(self) -> Node {
        Node::Column(ColumnRef { table: TableRef::Static(self.table), position: self.position })
    }
}

impl<M, T: SqlType> Column<M, T> {
    /// The column as an expression.
    pub fn expr(self) -> Expr<T::Sql> {
        Expr::new(self.node())
    }

    /// `=`. NULL is equal to nothing, not even to itself: see [`is_null`](Column::is_null) and [`is`](Column::is).
    pub fn eq(self, other: impl IntoExpr<T::Sql>) -> Expr<bool> {
        self.expr().compare(BinaryOp::Eq, other.into_expr())
    }

    /// `<>`.
    pub fn ne(self, other: impl IntoExpr<T::Sql>) -> Expr<bool> {
        self.expr().compare(BinaryOp::Ne, other.into_expr())
    }

    /// `<`.
    pub fn lt(self, other: impl IntoExpr<T::Sql>) -> Expr<bool> {
        self.expr().compare(BinaryOp::Lt, other.into_expr())
    }

    /// `<=`.
    pub fn le(self, other: impl IntoExpr<T::Sql>) -> Expr<bool> {
        self.expr().compare(BinaryOp::Le, other.into_expr())
    }

    /// `>`.
    pub fn gt(self, other: impl IntoExpr<T::Sql>) -> Expr<bool> {
        self.expr().compare(BinaryOp::Gt, other.into_expr())
    }

    /// `>=`.
    pub fn ge(self, other: impl IntoExpr<T::Sql>) -> Expr<bool> {
        self.expr().compare(BinaryOp::Ge, other.into_expr())
    }

    /// Equal to the value, or NULL if there is none.
    pub fn is<V: IntoExpr<T::Sql>>(self, value: Option<V>) -> Expr<bool> {
        self.expr().is(value)
    }

    /// `IS NULL`.
    pub fn is_null(self) -> Expr<bool> {
        self.expr().is_null()
    }

    /// `IS NOT NULL`.
    pub fn is_not_null(self) -> Expr<bool> {
        self.expr().is_not_null()
    }

    /// `IN`: equal to one of the values. None of none: false.
    pub fn is_in<V: IntoExpr<T::Sql>>(self, values: impl IntoIterator<Item = V>) -> Expr<bool> {
        self.expr().is_in(values)
    }

    /// `NOT IN`: equal to none of the values. NULL is never in the result, whatever the values.
    pub fn not_in<V: IntoExpr<T::Sql>>(self, values: impl IntoIterator<Item = V>) -> Expr<bool> {
        self.expr().not_in(values)
    }

    /// `LIKE`: `%` stands for any text, `_` for any character. SQLite ignores the case of ASCII letters.
    pub fn like(self, pattern: impl IntoExpr<String>) -> Expr<bool>
    where
        T::Sql: Text,
    {
        self.expr().compare(BinaryOp::Like, pattern.into_expr())
    }

    /// `NOT LIKE`.
    pub fn not_like(self, pattern: impl IntoExpr<String>) -> Expr<bool>
    where
        T::Sql: Text,
    {
        self.expr().compare(BinaryOp::NotLike, pattern.into_expr())
    }

    /// From the least to the greatest.
    pub fn asc(self) -> Order {
        self.expr().asc()
    }

    /// From the greatest to the least.
    pub fn desc(self) -> Order {
        self.expr().desc()
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: SqlType> IntoExpr<T::Sql> for Column<M, T> {
    fn into_expr(self) -> Expr<T::Sql> {
        self.expr()
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: SqlType> IntoOrder for Column<M, T> {
    fn into_order(self) -> Order {
        self.asc()
    }
}
