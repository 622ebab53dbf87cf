//! The objects that a statement names, whose keys only their session knows: finds them, and puts their keys in.

use std::sync::Arc;

use super::tree::{In, Node, Output, SelectTree, Source, Statement, Values};
use crate::error::Result;
use crate::types::Target;
use crate::value::Value;

impl Statement {
    /// The objects whose keys are to be put in, in the order of the statement; none for most statements, at no cost worth naming.
    pub fn objects(&self) -> Vec<Target> {
        let mut objects = Vec::new();
        let _never_fails = read::statement(self, &mut |node| {
            if let Node::KeyOf(target) = node {
                objects.push(*target);
            }
            Ok(())
        });
        objects
    }

    /// The statement with the keys that `key` tells in the place of its [`objects`](Statement::objects).
    ///
    /// # Errors
    /// The first that `key` returns.
    pub fn with_keys(&self, mut key: impl FnMut(Target) -> Result<Value<'static>>) -> Result<Self> {
        let mut statement = self.clone();
        write::statement(&mut statement, &mut |node| {
            if let Node::KeyOf(target) = node {
                *node = Node::Bind(key(*target)?);
            }
            Ok(())
        })?;
        if let Self::Insert(tree) = &mut statement {
            let tree = Arc::make_mut(tree);
            tree.values = std::mem::replace(&mut tree.values, Values::Plain(Vec::new())).simplified();
        }
        Ok(statement)
    }
}

/// The same walk twice, to read and to write: over all nodes of a statement, outer ones first.
macro_rules! walk { ($walk:ident, |$tree:ident| $within:expr, $iter:ident $(, $mut:tt)?) => {
    mod $walk {
        use super::*;

        type Visit<'v> = dyn FnMut(&$($mut)? Node) -> Result + 'v;

        pub(super) fn statement(statement: &$($mut)? Statement, visit: &mut Visit<'_>) -> Result {
            match statement {
                Statement::Select($tree, _) => select($within, visit),
                Statement::Insert($tree) => {
                    let tree = $within;
                    if let Values::Nodes(values) = &$($mut)? tree.values {
                        nodes(values, visit)?;
                    }
                    tree.returning.$iter().try_for_each(|returned| output(returned, visit))
                }
                Statement::Update($tree) => {
                    let tree = $within;
                    tree.set.$iter().try_for_each(|assignment| node(&$($mut)? assignment.value, visit))?;
                    tree.filter.$iter().try_for_each(|filter| node(filter, visit))?;
                    tree.returning.$iter().try_for_each(|returned| output(returned, visit))
                }
                Statement::Delete($tree) => {
                    let tree = $within;
                    tree.filter.$iter().try_for_each(|filter| node(filter, visit))?;
                    tree.returning.$iter().try_for_each(|returned| output(returned, visit))
                }
                Statement::Raw(_) | Statement::Ddl(_) => Ok(()),
            }
        }

        fn select(tree: &$($mut)? SelectTree, visit: &mut Visit<'_>) -> Result {
            output(&$($mut)? tree.columns, visit)?;
            for source in tree.from.$iter() {
                if let Source::Derived($tree, _) = source {
                    select($within, visit)?;
                }
            }
            tree.filter.$iter().try_for_each(|filter| node(filter, visit))?;
            tree.order_by.$iter().try_for_each(|order| node(&$($mut)? order.node, visit))
        }

        fn output(output: &$($mut)? Output, visit: &mut Visit<'_>) -> Result {
            match output {
                Output::Nodes(columns) => nodes(columns, visit),
                Output::Columns(..) | Output::All(_) | Output::One => Ok(()),
            }
        }

        fn nodes(nodes: &$($mut)? [Node], visit: &mut Visit<'_>) -> Result {
            nodes.$iter().try_for_each(|each| node(each, visit))
        }

        fn node(node: &$($mut)? Node, visit: &mut Visit<'_>) -> Result {
            visit(node)?;
            match node {
                Node::Column(_) | Node::Bind(_) | Node::KeyOf(_) | Node::Assigned | Node::TooDeep => Ok(()),
                Node::Binary(binary) => {
                    self::node(&$($mut)? binary.left, visit)?;
                    self::node(&$($mut)? binary.right, visit)
                }
                Node::Chain(chain) => nodes(&$($mut)? chain.operands, visit),
                Node::Not(operand) | Node::IsNull { operand, .. } => self::node(operand, visit),
                Node::In(list) => {
                    let In { operand, list, .. } = &$($mut)? **list;
                    self::node(operand, visit)?;
                    nodes(list, visit)
                }
                Node::Function(call) => nodes(&$($mut)? call.arguments, visit),
                Node::Exists($tree) => select($within, visit),
            }
        }
    }
} }

walk! { read, |tree| &**tree, iter }
walk! { write, |tree| Arc::make_mut(tree), iter_mut, mut }
