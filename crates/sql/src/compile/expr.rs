//! Expressions, with as few parentheses as their precedence allows.

use super::padding::padded;
use super::writer::Writer;
use crate::ast::{BinaryOp, Function, In, Node};
use crate::error::Result;

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
            Node::Binary(binary) => self.binary(binary.0, &binary.1, &binary.2),
            Node::Not(operand) => {
                self.push("NOT ");
                self.node(operand, Precedence::Not)
            }
            Node::IsNull { operand, negated } => {
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
        let (own, operand) = match op {
            BinaryOp::Or => (" OR ", Precedence::Or),
            BinaryOp::And => (" AND ", Precedence::And),
            BinaryOp::Eq => (" = ", Precedence::Operand),
            BinaryOp::Ne => (" <> ", Precedence::Operand),
            BinaryOp::Lt => (" < ", Precedence::Operand),
            BinaryOp::Le => (" <= ", Precedence::Operand),
            BinaryOp::Gt => (" > ", Precedence::Operand),
            BinaryOp::Ge => (" >= ", Precedence::Operand),
            BinaryOp::Like => (" LIKE ", Precedence::Operand),
            BinaryOp::NotLike => (" NOT LIKE ", Precedence::Operand),
        };
        self.node(left, operand)?;
        self.push(own);
        self.node(right, operand)
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
        Node::Binary(binary) => match binary.0 {
            BinaryOp::Or => Precedence::Or,
            BinaryOp::And => Precedence::And,
            _ => Precedence::Comparison,
        },
        Node::Not(_) => Precedence::Not,
        Node::In(list) if list.list.is_empty() => {
            if list.negated {
                Precedence::Or
            } else {
                Precedence::And
            }
        }
        Node::IsNull { .. } | Node::In(_) => Precedence::Comparison,
        Node::Column(_) | Node::Bind(_) | Node::KeyOf(_) | Node::Assigned | Node::Function(_) | Node::Exists(_) => Precedence::Atom,
    }
}
