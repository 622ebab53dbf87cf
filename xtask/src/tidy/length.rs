//! Rule `length`: a file is questioned over 600 lines without its tests, and refused over 1,000.

use super::finding::Finding;
use super::source::{Kind, Source};
use super::tree::Tree;

const RULE: &str = "length";
const QUESTIONED: usize = 600;
const REFUSED: usize = 1_000;

/// Counts the lines of every file that is written by hand; files of tests are free.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.sources.iter().filter(|source| source.kind != Kind::Test && !source.is_generated()).filter_map(check_source).collect()
}

fn check_source(source: &Source) -> Option<Finding> {
    let lines = source.lines_without_tests();
    let place = (source.path.as_str(), 0);
    if lines > REFUSED {
        return Some(Finding::refusal(RULE, place, format!("has {lines} lines without tests, over {REFUSED}: split it by shape")));
    }
    let message = format!("has {lines} lines without tests, over {QUESTIONED}: does a piece have much body and a small face?");
    (lines > QUESTIONED).then(|| Finding::warning(RULE, place, message))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&super::super::tree::said(super::check, &[("crates/sql/src/a.rs", text)]));
    }

    #[test]
    fn tests_and_generated_files_are_not_counted() {
        check(&"fn a() {}\n".repeat(600), expect![""]);
        let tests = "#[test]\nfn b() {\n}\n".repeat(500);
        check(&format!("fn a() {{}}\n#[cfg(test)]\nmod tests {{\n{tests}}}\n"), expect![""]);
        check(&format!("// @generated\n{}", "fn a() {}\n".repeat(2_000)), expect![""]);
    }

    #[test]
    fn long_files_are_questioned_then_refused() {
        check(
            &"fn a() {}\n".repeat(601),
            expect![[r#"
                warning[length] crates/sql/src/a.rs: has 601 lines without tests, over 600: does a piece have much body and a small face?
            "#]],
        );
        check(
            &"fn a() {}\n".repeat(1_001),
            expect![[r#"
                error[length] crates/sql/src/a.rs: has 1001 lines without tests, over 1000: split it by shape
            "#]],
        );
    }
}
