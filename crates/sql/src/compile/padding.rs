//! How long a list of values is written, for its text and for its binds alike.

use crate::ast::Node;

/// How long a list of nothing but values is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Padding {
    /// As long as the next power of two, so that few lengths have a text of their own.
    PowerOfTwo,
    /// As long as it is: in a statement that would have too many parameters otherwise.
    None,
}

/// The length that a list of nothing but values is written with, if it is one.
pub(super) fn padded(list: &[Node], padding: Padding) -> Option<usize> {
    let values = !list.is_empty() && list.iter().all(|node| matches!(node, Node::Bind(_)));
    values.then(|| match padding {
        Padding::PowerOfTwo => list.len().next_power_of_two(),
        Padding::None => list.len(),
    })
}
