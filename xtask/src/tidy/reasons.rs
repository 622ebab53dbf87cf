//! Rule `reasons`: every line of `[workspace.dependencies]` has a comment with its reason, above it or above its group.
//! A group is a run of lines with nothing between them.

use super::finding::Finding;
use super::tree::Tree;

const RULE: &str = "reasons";
const FILE: &str = "Cargo.toml";

/// Checks the manifest of the workspace.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let text = tree.texts.get(FILE).map_or("", String::as_str);
    let mut findings = Vec::new();
    let mut is_within = false;
    let mut has_reason = false;
    let mut open_brackets = 0;
    for (index, line) in text.lines().map(str::trim).enumerate() {
        let is_continued = open_brackets > 0;
        if line.starts_with('#') || line.is_empty() {
            has_reason = line.len() > 1;
        } else if is_continued {
            open_brackets += depth(line);
        } else if line.starts_with('[') {
            is_within = line == "[workspace.dependencies]";
            // `[workspace.dependencies.name]` is one dependency; the lines under it need no reason of their own.
            if line.starts_with("[workspace.dependencies.") && !has_reason {
                findings.push(refusal(index + 1, line));
            }
            has_reason = false;
        } else if is_within {
            open_brackets = depth(line);
            if !has_reason && !line.contains(" # ") {
                findings.push(refusal(index + 1, line));
            }
        }
    }
    findings
}

fn refusal(line: usize, text: &str) -> Finding {
    let name = text.trim_start_matches('[').split(['=', ']']).next().unwrap_or(text).trim();
    Finding::refusal(RULE, (FILE, line), format!("`{name}` has no reason: a comment above it says what it is for"))
}

/// Returns how many brackets `line` opens and does not close.
fn depth(line: &str) -> i32 {
    line.chars().map(|c| i32::from(matches!(c, '[' | '{')) - i32::from(matches!(c, ']' | '}'))).sum()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&super::super::tree::said(super::check, &[("Cargo.toml", text)]));
    }

    #[test]
    fn reasons_above_a_line_or_a_group_pass() {
        check(
            "[workspace]\nmembers = []\n[workspace.dependencies]\n# Macros.\nquote = \"1\"\nsyn = { features = [\n    \"full\",\n] }\n\n# Runtime.\ntokio = \"1\"\n\nhttp = \"1\" # types\n\n[profile.dev]\ndebug = 1\n",
            expect![""],
        );
    }

    #[test]
    fn a_line_without_a_reason_is_refused() {
        check(
            "[workspace.dependencies]\nitertools = \"0.14\"\n# Macros.\nquote = \"1\"\n\nsyn = { features = [\n    \"full\",\n] }\n\n[workspace.dependencies.http]\nversion = \"1\"\n",
            expect![[r#"
                error[reasons] Cargo.toml:2: `itertools` has no reason: a comment above it says what it is for
                error[reasons] Cargo.toml:6: `syn` has no reason: a comment above it says what it is for
                error[reasons] Cargo.toml:10: `workspace.dependencies.http` has no reason: a comment above it says what it is for
            "#]],
        );
    }
}
