//! The list of all rules, in the order in which their findings are shown.

use super::finding::Finding;
use super::tree::Tree;
use super::{crates, faces, first_line, functions, length, modules, names, nevers, panics, patience, reasons, size, todo, unsafe_code};

/// A rule: looks at the tree, says what breaks it.
pub(crate) type Rule = fn(&Tree) -> Vec<Finding>;

/// All rules.
pub(crate) const RULES: &[Rule] = &[
    crates::check,
    nevers::check,
    modules::check,
    first_line::check,
    panics::check,
    length::check,
    functions::check,
    faces::check,
    names::check,
    todo::check,
    patience::check,
    unsafe_code::check,
    reasons::check,
    size::check,
];

/// Runs all rules; files that are no Rust come first.
pub(crate) fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings = tree.broken.clone();
    findings.extend(RULES.iter().flat_map(|rule| rule(tree)));
    findings
}
