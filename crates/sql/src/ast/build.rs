//! How expressions are put together: flat where they can be, and never so deep that a walk over them could exhaust the stack.

use super::tree::{Binary, BinaryOp, Chain, In, Junction, Node};

/// How deep an expression may be nested. SQLite's own limit is 1,000.
pub const DEEPEST: u16 = 500;

impl Node {
    /// Joins two operands by an operator.
    pub fn binary(op: BinaryOp, left: Node, right: Node) -> Self {
        // Most operands are leaves; what is moved once only is not copied through a closure.
        let depth = if left.is_leaf() && right.is_leaf() { 0 } else { left.depth().max(right.depth()) };
        match depth >= DEEPEST {
            false => Self::Binary(Box::new(Binary { op, left, right, depth: depth + 1 })),
            true => Self::TooDeep,
        }
    }

    /// Joins two conditions; what is joined by the same operator already goes on.
    pub fn join(junction: Junction, left: Node, right: Node) -> Self {
        let mut chain = match left {
            Self::Chain(chain) if chain.junction == junction => *chain,
            left => Chain { junction, depth: left.depth(), operands: vec![left] },
        };
        chain.depth = chain.depth.max(right.depth());
        match right {
            Self::Chain(right) if right.junction == junction => chain.operands.extend(right.operands),
            right => chain.operands.push(right),
        }
        nested(chain.depth, |_| Self::Chain(Box::new(chain)))
    }

    /// The negation; that of a negation is what was negated.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Not(operand) => *operand,
            operand => nested(operand.depth(), |_| Self::Not(Box::new(operand))),
        }
    }

    /// `IS NULL`.
    #[must_use]
    pub fn is_null(self) -> Self {
        nested(self.depth(), |depth| Self::IsNull { operand: Box::new(self), negated: false, depth })
    }

    /// `IS NOT NULL`.
    #[must_use]
    pub fn is_not_null(self) -> Self {
        nested(self.depth(), |depth| Self::IsNull { operand: Box::new(self), negated: true, depth })
    }

    /// `IN`.
    #[must_use]
    pub fn is_in(self, list: Vec<Node>) -> Self {
        self.membership(list, false)
    }

    /// `NOT IN`.
    #[must_use]
    pub fn is_not_in(self, list: Vec<Node>) -> Self {
        self.membership(list, true)
    }

    fn membership(self, list: Vec<Node>, negated: bool) -> Self {
        let depth = list.iter().map(Self::depth).max().unwrap_or(0).max(self.depth());
        nested(depth, |depth| Self::In(Box::new(In { operand: self, list, negated, depth })))
    }

    fn is_leaf(&self) -> bool {
        matches!(self, Self::Column(_) | Self::Bind(_))
    }

    /// How deep it is nested; an operand alone is 0.
    fn depth(&self) -> u16 {
        match self {
            Self::Binary(binary) => binary.depth,
            Self::Chain(chain) => chain.depth + 1,
            Self::IsNull { depth, .. } => *depth,
            Self::In(list) => list.depth,
            // What is negated is no negation.
            Self::Not(operand) => operand.depth() + 1,
            Self::Function(call) => call.arguments.iter().map(Self::depth).max().unwrap_or(0) + 1,
            Self::Exists(tree) => tree.filter.as_ref().map_or(0, Self::depth) + 1,
            Self::Column(_) | Self::Bind(_) | Self::KeyOf(_) | Self::Assigned | Self::TooDeep => 0,
        }
    }
}

/// One level more than the operands, unless that is too deep.
fn nested(depth: u16, node: impl FnOnce(u16) -> Node) -> Node {
    if depth >= DEEPEST { Node::TooDeep } else { node(depth + 1) }
}
