//! Rule `todo`: what is left to do has an issue, `TODO(#123)`; the other marks for it are not used.
//! Reads comments of Rust files and of manifests.

use super::finding::Finding;
use super::tree::Tree;

const RULE: &str = "todo";
const MARK: &str = "TODO";
const OTHER_MARKS: [&str; 3] = ["FIXME", "XXX", "HACK"];

/// Checks every comment.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in &tree.sources {
        for (line, comment) in source.comments() {
            findings.extend(wrong(comment).map(|message| Finding::refusal(RULE, (&source.path, line), message)));
        }
    }
    for (path, text) in &tree.texts {
        for (index, line) in text.lines().enumerate() {
            let comment = line.split_once('#').map_or("", |(_, comment)| comment);
            findings.extend(wrong(comment).map(|message| Finding::refusal(RULE, (path, index + 1), message)));
        }
    }
    findings
}

fn wrong(comment: &str) -> Option<String> {
    // Quoted in backquotes a mark is spoken of, not used.
    let spoken: Vec<&str> = comment.split('`').step_by(2).collect();
    for part in spoken {
        for word in part.split(|c: char| c.is_whitespace() || c == '/' || c == '!') {
            if let Some(rest) = word.strip_prefix(MARK) {
                return (!names_issue(rest)).then(|| format!("`{MARK}` names no issue: write `{MARK}(#123): ..`"));
            }
            if let Some(mark) = OTHER_MARKS.iter().find(|mark| word.trim_end_matches(':') == **mark) {
                return Some(format!("`{mark}`: write `{MARK}(#123): ..`, with an issue"));
            }
        }
    }
    None
}

fn names_issue(rest: &str) -> bool {
    let number = rest.strip_prefix("(#").and_then(|rest| rest.split_once(')'));
    number.is_some_and(|(number, _)| !number.is_empty() && number.chars().all(|digit| digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: Expect) {
        expected.assert_eq(&super::super::tree::said(super::check, files));
    }

    #[test]
    fn an_issue_passes() {
        check(&[("crates/sql/src/a.rs", "// TODO(#12): sort\nfn a() { b(\"TODO later\") }\n// `TODO` is a word here\n")], expect![""]);
    }

    #[test]
    fn a_mark_without_an_issue_is_refused() {
        check(
            &[
                ("crates/sql/Cargo.toml", "a = 1 # TODO: newer\n"),
                ("crates/sql/src/a.rs", "//! Head.\n// TODO: sort\nfn a() {} /* TODO(ann) */\n/// FIXME later\nfn b() {}\n"),
            ],
            expect![[r#"
                error[todo] crates/sql/src/a.rs:2: `TODO` names no issue: write `TODO(#123): ..`
                error[todo] crates/sql/src/a.rs:3: `TODO` names no issue: write `TODO(#123): ..`
                error[todo] crates/sql/src/a.rs:4: `FIXME`: write `TODO(#123): ..`, with an issue
                error[todo] crates/sql/Cargo.toml:1: `TODO` names no issue: write `TODO(#123): ..`
            "#]],
        );
    }
}
