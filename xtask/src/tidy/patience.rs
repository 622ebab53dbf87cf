//! Rule `patience`: a test waits for a condition, never for a while, and no test is left out.
//! A `sleep` that is a condition's clock says so: `// tidy: condition, <why>` on its line or the line before.

use super::finding::Finding;
use super::source::Source;
use super::syntax;
use super::tree::Tree;

const RULE: &str = "patience";
const CONDITION_MARK: &str = "// tidy: condition";

/// Checks the tests of every file.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.sources.iter().flat_map(check_source).collect()
}

fn check_source(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for at in 0..source.tokens.len() {
        let line = source.tokens[at].line;
        let is_defined = at > 0 && source.tokens[at - 1].text == "fn";
        let sleeps = syntax::spelled(&source.tokens, at, &["sleep", "("]) && !is_defined;
        if sleeps && source.is_test(line) && !has_reason(source, line) {
            let message = "a test sleeps: wait for the condition, or give the reason, `// tidy: condition, <why>`";
            findings.push(Finding::refusal(RULE, (&source.path, line), message.into()));
        }
        let is_ignored = syntax::spelled(&source.tokens, at, &["#", "[", "ignore"]);
        if is_ignored {
            let message = "`#[ignore]`: a slow test asks for `RUN_SLOW_TESTS`, a wrong one asserts what is wrong today";
            findings.push(Finding::refusal(RULE, (&source.path, line), message.into()));
        }
    }
    findings
}

fn has_reason(source: &Source, line: usize) -> bool {
    let marked = [line, line - 1].map(|line| source.line(line).split_once(CONDITION_MARK));
    let reasons = marked.into_iter().flatten().map(|(_, reason)| reason);
    reasons.into_iter().any(|reason| reason.chars().any(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&super::super::tree::said(super::check, &[("crates/web/tests/it/main.rs", text)]));
    }

    #[test]
    fn a_condition_passes() {
        check("fn a() { while !b() { thread::sleep(STEP); } } // tidy: condition, asks again every 5 ms until b\n", expect![""]);
        check("fn a() {\n    // tidy: condition, the server has no event for this\n    sleep(STEP);\n}", expect![""]);
        check("fn sleep(a: A) {}", expect![""]);
    }

    #[test]
    fn product_code_may_sleep() {
        let files = [("crates/web/src/a.rs", "fn a() { sleep(b) }\n#[cfg(test)]\nmod tests { fn a() { sleep(b) } }")];
        expect![[r#"
            error[patience] crates/web/src/a.rs:3: a test sleeps: wait for the condition, or give the reason, `// tidy: condition, <why>`
        "#]]
        .assert_eq(&super::super::tree::said(super::check, &files));
    }

    #[test]
    fn waiting_and_leaving_out_is_refused() {
        check(
            "fn a() { tokio::time::sleep(b).await }\nfn c() { select! { _ = sleep(d) => {} } } // tidy: condition\n#[test]\n#[ignore]\nfn e() {}\n#[ignore = \"slow\"]\nfn f() {}",
            expect![[r#"
                error[patience] crates/web/tests/it/main.rs:1: a test sleeps: wait for the condition, or give the reason, `// tidy: condition, <why>`
                error[patience] crates/web/tests/it/main.rs:2: a test sleeps: wait for the condition, or give the reason, `// tidy: condition, <why>`
                error[patience] crates/web/tests/it/main.rs:4: `#[ignore]`: a slow test asks for `RUN_SLOW_TESTS`, a wrong one asserts what is wrong today
                error[patience] crates/web/tests/it/main.rs:6: `#[ignore]`: a slow test asks for `RUN_SLOW_TESTS`, a wrong one asserts what is wrong today
            "#]],
        );
    }
}
