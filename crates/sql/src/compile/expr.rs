//! Expressions, with as few parentheses as their precedence allows.

use super::check::too_deep;
use super::padding::padded;
use super::writer::Writer;
use crate::ast::{BinaryOp, Function, In, Junction, Node};
use crate::error::Result;

/// So many conditions stand side by side at most: SQLite refuses a nest of more than 1,000.
const LONGEST_CHAIN: usize = 200;

/// How tightly an operator binds; the same order in every dialect.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Precedence {
    Lowest,
    Or,
    And,
    Not,
    Comparison,
    Operand,
    Atom,
}

impl Writer<'_> {
    /// Writes an expression where one of at least this precedence is expected.
    pub(super) fn node(&mut self, node: &Node, at_least: Precedence) -> Result {
        let parentheses = precedence(node) < at_least;
        if parentheses {
            self.push("(");
        }
        self.bare(node)?;
        if parentheses {
            self.push(")");
        }
        Ok(())
    }

    fn bare(&mut self, node: &Node) -> Result {
        match node {
            Node::Column(column) => self.column(column),
            Node::Bind(_) | Node::KeyOf(_) => {
                self.bind();
                Ok(())
            }
            Node::Assigned => {
                self.push("DEFAULT");
                Ok(())
            }
            Node::Binary(binary) => self.binary(binary.op, &binary.left, &binary.right),
            Node::Chain(chain) => self.chain(chain.junction, &chain.operands),
            Node::TooDeep => Err(too_deep()),
            Node::Not(operand) => {
                self.push("NOT ");
                self.node(operand, Precedence::Not)
            }
            Node::IsNull { operand, negated, .. } => {
                self.node(operand, Precedence::Operand)?;
                self.push(if *negated { " IS NOT NULL" } else { " IS NULL" });
                Ok(())
            }
            Node::In(list) => self.list(list),
            Node::Function(call) => self.call(call),
            Node::Exists(tree) => {
                self.push("EXISTS (");
                self.qualifying(true, |writer| writer.select(tree))?;
                self.push(")");
                Ok(())
            }
        }
    }

    fn binary(&mut self, op: BinaryOp, left: &Node, right: &Node) -> Result {
        let own = match op {
            BinaryOp::Eq => " = ",
            BinaryOp::Ne => " <> ",
            BinaryOp::Lt => " < ",
            BinaryOp::Le => " <= ",
            BinaryOp::Gt => " > ",
            BinaryOp::Ge => " >= ",
            BinaryOp::Like => " LIKE ",
            BinaryOp::NotLike => " NOT LIKE ",
        };
        self.node(left, Precedence::Operand)?;
        self.push(own);
        self.node(right, Precedence::Operand)
    }

    /// Databases read a chain as a nest, left operand in left operand: a long one is bracketed in groups, of which the nest is flat.
    fn chain(&mut self, junction: Junction, operands: &[Node]) -> Result {
        let (own, operand) = match junction {
            Junction::Or => (" OR ", Precedence::And),
            Junction::And => (" AND ", Precedence::Not),
        };
        if operands.len() <= LONGEST_CHAIN {
            return self.separated(operands, own, |writer, node| writer.node(node, operand));
        }
        let group = operands.len().div_ceil(LONGEST_CHAIN).next_multiple_of(LONGEST_CHAIN);
        self.separated(operands.chunks(group), own, |writer, group| {
            writer.push("(");
            writer.chain(junction, group)?;
            writer.push(")");
            Ok(())
        })
    }

    fn list(&mut self, list: &In) -> Result {
        if list.list.is_empty() {
            return self.empty_list(list);
        }
        self.node(&list.operand, Precedence::Operand)?;
        self.push(if list.negated { " NOT IN (" } else { " IN (" });
        match padded(&list.list, self.padding) {
            Some(length) => self.separated(0..length, ", ", |writer, _| {
                writer.bind();
                Ok(())
            })?,
            None => self.separated(&list.list, ", ", |writer, node| writer.node(node, Precedence::Lowest))?,
        }
        self.push(")");
        Ok(())
    }

    /// No database but SQLite takes an empty list. The operand is written all the same, so that its binds have their
    /// placeholders; what comes out is never NULL, as in SQLite.
    fn empty_list(&mut self, list: &In) -> Result {
        self.node(&list.operand, Precedence::Operand)?;
        self.push(if list.negated { " IS NOT NULL OR 1 = 1" } else { " IS NULL AND 1 = 0" });
        Ok(())
    }

    fn call(&mut self, call: &Function) -> Result {
        self.push(call.name);
        self.push("(");
        if call.arguments.is_empty() {
            self.push("*");
        }
        self.separated(&call.arguments, ", ", |writer, argument| writer.node(argument, Precedence::Lowest))?;
        self.push(")");
        Ok(())
    }
}

fn precedence(node: &Node) -> Precedence {
    match node {
        Node::Chain(chain) => match chain.junction {
            Junction::Or => Precedence::Or,
            Junction::And => Precedence::And,
        },
        Node::Not(_) => Precedence::Not,
        Node::In(list) if list.list.is_empty() => {
            if list.negated {
                Precedence::Or
            } else {
                Precedence::And
            }
        }
        Node::Binary(_) | Node::IsNull { .. } | Node::In(_) => Precedence::Comparison,
        Node::TooDeep | Node::Column(_) | Node::Bind(_) | Node::KeyOf(_) | Node::Assigned | Node::Function(_) | Node::Exists(_) => {
            Precedence::Atom
        }
    }
}
