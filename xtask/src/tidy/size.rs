//! Rule `size`: the thermometer of the crates; one that outgrows the design is shown, never refused.

use super::finding::Finding;
use super::floors::FLOORS;
use super::source::Kind;
use super::tree::Tree;

const RULE: &str = "size";

/// Counts the lines of every crate, with documentation and without tests.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for floor in FLOORS {
        let folder = format!("crates/{}/src/", floor.folder);
        let sources = tree.sources.iter().filter(|source| source.kind == Kind::Product && source.path.starts_with(&folder));
        let lines: usize = sources.map(|source| source.lines_without_tests()).sum();
        if lines > floor.most_lines {
            let message = format!("has {lines} lines, over {}: ARCHITECTURE.md says why, or it sheds some", floor.most_lines);
            findings.push(Finding::warning(RULE, (&folder, 0), message));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: Expect) {
        expected.assert_eq(&super::super::tree::said(super::check, files));
    }

    #[test]
    fn a_crate_that_outgrows_the_design_is_shown() {
        let half = "fn a() {}\n".repeat(1_600);
        check(&[("crates/sqlite/src/a.rs", &half), ("crates/sqlite/src/tests.rs", &half)], expect![""]);
        check(
            &[("crates/sqlite/src/a.rs", &half), ("crates/sqlite/src/b.rs", &half)],
            expect![[r#"
                warning[size] crates/sqlite/src/: has 3200 lines, over 3000: ARCHITECTURE.md says why, or it sheds some
            "#]],
        );
    }
}
