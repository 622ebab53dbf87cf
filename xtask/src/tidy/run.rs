//! Runs the rules over the tree on disk, takes the exceptions out and prints the rest.

use super::exceptions;
use super::finding::Severity;
use super::rules;
use super::tree::Tree;
use crate::shell::{self, Outcome};

/// Prints what breaks the house rules.
///
/// # Errors
/// If a finding is more than a warning, or the tree cannot be read.
pub(crate) fn run() -> Outcome {
    let tree = Tree::read(&shell::root())?;
    let findings = exceptions::apply(&tree, rules::findings(&tree));
    for finding in &findings {
        println!("{finding}");
    }
    let refusals = findings.iter().filter(|finding| finding.severity == Severity::Refusal).count();
    let warnings = findings.len() - refusals;
    println!("tidy: {} files, {refusals} errors, {warnings} warnings", tree.sources.len() + tree.texts.len());
    if refusals == 0 { Ok(()) } else { Err("the tree breaks the house rules".into()) }
}
