//! Rule `panics`: product code does not panic on purpose, and an `expect` states an invariant.
//! Reads tokens, so that code inside macros counts. An `Index` that documents its panic is the exception.

use std::ops::RangeInclusive;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::finding::Finding;
use super::source::{Kind, Source};
use super::syntax::{self, Token};
use super::tree::Tree;

const RULE: &str = "panics";
const MACROS: [&str; 5] = ["panic", "todo", "unimplemented", "unreachable", "dbg"];
/// What the macros write into programs is quoted there, and calls `::core::unreachable!` where no value can come to.
const QUOTES: &str = "crates/derive/";

/// Checks the product files.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.sources.iter().filter(|source| source.kind == Kind::Product).flat_map(check_source).collect()
}

fn check_source(source: &Source) -> Vec<Finding> {
    let mut documented = DocumentedIndex::default();
    documented.visit_file(&source.file);
    let mut findings = Vec::new();
    for at in 0..source.tokens.len() {
        let line = source.tokens[at].line;
        let Some(message) = wrong(&source.tokens, at) else { continue };
        let is_quoted = source.path.starts_with(QUOTES) && at > 1 && syntax::spelled(&source.tokens, at - 2, &[":", ":", "unreachable"]);
        let is_index = documented.ranges.iter().any(|range| range.contains(&line));
        if !source.is_test(line) && !is_index && !is_quoted {
            findings.push(Finding::refusal(RULE, (&source.path, line), message));
        }
    }
    findings
}

/// Says what is wrong with the call that begins at the token `at`.
fn wrong(tokens: &[Token], at: usize) -> Option<String> {
    let name = tokens[at].text.as_str();
    let before = at.checked_sub(1).map_or("", |index| tokens[index].text.as_str());
    if MACROS.contains(&name) && syntax::spelled(tokens, at + 1, &["!"]) && !syntax::spelled(tokens, at + 2, &["="]) {
        return Some(format!("`{name}!` in product code: return an error"));
    }
    let is_method = before == "." && syntax::spelled(tokens, at + 1, &["(", ")"]);
    if name == "unwrap" && (is_method || before == ":") {
        return Some("`unwrap` in product code: return an error, or `expect(\"invariant: ..\")` what this file proves".into());
    }
    if name == "expect" && before == "." && !is_invariant(&tokens[at + 1..]) {
        return Some("the message of an `expect` starts with `invariant: ` and says what this file proves".into());
    }
    None
}

/// Tells whether the argument that opens `tokens` is fit for `expect`; what is no message belongs to another method of that name.
fn is_invariant(tokens: &[Token]) -> bool {
    let message = tokens.get(1).map_or("", |token| token.text.as_str());
    let is_text = message.starts_with('"') || message.starts_with("r\"") || message.starts_with("r#");
    let is_made = message == "&" && !syntax::spelled(tokens, 2, &["["]);
    if is_text { message.contains("\"invariant: ") } else { !is_made }
}

/// The methods of `impl Index` whose documentation has a part `# Panics`.
#[derive(Default)]
struct DocumentedIndex {
    ranges: Vec<RangeInclusive<usize>>,
}

impl<'ast> Visit<'ast> for DocumentedIndex {
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let name = item.trait_.as_ref().map(|(path, _)| syntax::last_name(path)).unwrap_or_default();
        if name == "Index" || name == "IndexMut" {
            let is_documented = syntax::doc_text(&item.attrs).contains("# Panics");
            for function in item.items.iter().filter_map(|item| match item {
                syn::ImplItem::Fn(function) => Some(function),
                _ => None,
            }) {
                if is_documented || syntax::doc_text(&function.attrs).contains("# Panics") {
                    self.ranges.push(function.span().start().line..=function.span().end().line);
                }
            }
        }
        visit::visit_item_impl(self, item);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&super::super::tree::said(super::check, &[("crates/sql/src/a.rs", text)]));
    }

    #[test]
    fn errors_and_invariants_pass() {
        check(
            r#"
            fn a() -> Option<u8> { let b = c()?; d.expect("invariant: `d` was filled above"); self.expect(Token::Comma)?; b.unwrap_or(1) }
            /// Reads.
            /// # Panics
            /// If it is gone.
            impl Index<u8> for A { fn index(&self) -> &u8 { panic!("gone") } }
            #[cfg(test)]
            mod tests { #[test] fn a() { b().unwrap(); panic!("{}", c) } }
            "#,
            expect![""],
        );
    }

    #[test]
    fn what_macros_write_says_that_it_cannot_be_reached() {
        let files = |path| [(path, "fn a() { quote!(::core::unreachable!()) }\nfn b() { unreachable!() }")];
        let said = |path| super::super::tree::said(super::check, &files(path));
        expect![[r#"
            error[panics] crates/derive/src/a.rs:2: `unreachable!` in product code: return an error
        "#]]
        .assert_eq(&said("crates/derive/src/a.rs"));
        expect![[r#"
            error[panics] crates/sql/src/a.rs:1: `unreachable!` in product code: return an error
            error[panics] crates/sql/src/a.rs:2: `unreachable!` in product code: return an error
        "#]]
        .assert_eq(&said("crates/sql/src/a.rs"));
    }

    #[test]
    fn panics_are_refused() {
        check(
            r#"
            fn a() { b().unwrap(); }
            fn c() { vec![d.unwrap()]; e.map(Option::unwrap) }
            fn f() { panic!("no"); todo!() }
            fn g() { unimplemented!(); dbg!(1); ::core::unreachable!() }
            fn h() { i.expect("a value"); j.expect(&format!("invariant: {k}")); }
            impl Index<u8> for A { fn index(&self) -> &u8 { panic!("gone") } }
            "#,
            expect![[r#"
                error[panics] crates/sql/src/a.rs:2: `unwrap` in product code: return an error, or `expect("invariant: ..")` what this file proves
                error[panics] crates/sql/src/a.rs:3: `unwrap` in product code: return an error, or `expect("invariant: ..")` what this file proves
                error[panics] crates/sql/src/a.rs:3: `unwrap` in product code: return an error, or `expect("invariant: ..")` what this file proves
                error[panics] crates/sql/src/a.rs:4: `panic!` in product code: return an error
                error[panics] crates/sql/src/a.rs:4: `todo!` in product code: return an error
                error[panics] crates/sql/src/a.rs:5: `unimplemented!` in product code: return an error
                error[panics] crates/sql/src/a.rs:5: `dbg!` in product code: return an error
                error[panics] crates/sql/src/a.rs:5: `unreachable!` in product code: return an error
                error[panics] crates/sql/src/a.rs:6: the message of an `expect` starts with `invariant: ` and says what this file proves
                error[panics] crates/sql/src/a.rs:6: the message of an `expect` starts with `invariant: ` and says what this file proves
                error[panics] crates/sql/src/a.rs:7: `panic!` in product code: return an error
            "#]],
        );
    }
}
