//! `IntoColumns`: what can be selected: a column, an expression, a tuple of them.

use crate::ast::{Node, Output};
use crate::expr::{Column, Expr};
use crate::run::Selection;

/// What can be selected, and what a row of it becomes.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot be selected", label = "expected a column, an expression or a tuple of them")]
pub trait IntoColumns {
    /// What a row of it becomes.
    type Row: Selection;

    /// Adds the expressions.
    fn add_to(self, nodes: &mut Vec<Node>);
}

#[diagnostic::do_not_recommend]
impl<M, T: Selection> IntoColumns for Column<M, T> {
    type Row = T;

    fn add_to(self, nodes: &mut Vec<Node>) {
        nodes.push(self.node());
    }
}

#[diagnostic::do_not_recommend]
impl<T: Selection> IntoColumns for Expr<T> {
    type Row = T;

    fn add_to(self, nodes: &mut Vec<Node>) {
        nodes.push(self.into_node());
    }
}

/// The columns as what a statement returns.
pub(super) fn output(columns: impl IntoColumns) -> Output {
    let mut nodes = Vec::new();
    columns.add_to(&mut nodes);
    Output::Nodes(nodes)
}

macro_rules! tuples { ($($name:ident)*) => {
    #[diagnostic::do_not_recommend]
    impl<$($name: IntoColumns),*> IntoColumns for ($($name,)*) {
        type Row = ($($name::Row,)*);

        #[allow(non_snake_case, reason = "a value is called as its type parameter")]
        fn add_to(self, nodes: &mut Vec<Node>) {
            let ($($name,)*) = self;
            $($name.add_to(nodes);)*
        }
    }
} }

tuples! { A }
tuples! { A B }
tuples! { A B C }
tuples! { A B C D }
tuples! { A B C D E }
tuples! { A B C D E F }
tuples! { A B C D E F G }
tuples! { A B C D E F G H }
