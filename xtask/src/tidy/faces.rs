//! Rule `faces`: `lib.rs` and `mod.rs` declare, re-export and explain; they define nothing.
//! The `lib.rs` of a proc-macro crate also holds the entry points, which the compiler wants there.

use syn::Item;
use syn::spanned::Spanned;
use toml::Table;

use super::finding::Finding;
use super::source::{Kind, Source};
use super::syntax;
use super::tree::Tree;

const RULE: &str = "faces";

/// Checks every face outside of tests.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.sources.iter().filter(|source| source.kind != Kind::Test) {
        let name = source.path.rsplit('/').next().unwrap_or_default();
        if matches!(name, "lib.rs" | "mod.rs") {
            let may_hold_entries = name == "lib.rs" && is_proc_macro(tree, &source.path);
            check_items(source, &source.file.items, may_hold_entries, &mut findings);
        }
    }
    findings
}

fn check_items(source: &Source, items: &[Item], may_hold_entries: bool, findings: &mut Vec<Finding>) {
    for item in items.iter().filter(|item| !syntax::is_test_only(syntax::attributes(item))) {
        let is_allowed = match item {
            Item::Use(_) | Item::ExternCrate(_) => true,
            Item::Mod(module) => {
                let inner = module.content.as_ref().map_or(&[][..], |(_, items)| items);
                check_items(source, inner, false, findings);
                true
            }
            Item::Fn(function) => may_hold_entries && function.attrs.iter().any(is_entry),
            Item::Macro(call) => call.mac.path.is_ident("compile_error"),
            _ => false,
        };
        if !is_allowed {
            let message = "a face defines nothing: move this into a module and re-export it";
            findings.push(Finding::refusal(RULE, (&source.path, item.span().start().line), message.into()));
        }
    }
}

fn is_entry(attribute: &syn::Attribute) -> bool {
    syntax::last_name(attribute.path()).starts_with("proc_macro")
}

fn is_proc_macro(tree: &Tree, lib: &str) -> bool {
    let manifest = lib.replace("src/lib.rs", "Cargo.toml");
    let table = tree.texts.get(&manifest).and_then(|text| text.parse::<Table>().ok());
    let flag = table.as_ref().and_then(|table| table.get("lib")?.get("proc-macro")?.as_bool());
    flag.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: Expect) {
        expected.assert_eq(&super::super::tree::said(super::check, files));
    }

    #[test]
    fn declarations_and_entries_pass() {
        let face = "//! Text.\n#![deny(missing_docs)]\n#[macro_use]\nmod a;\npub use a::B;\n#[doc(hidden)]\npub mod __private { pub use std; }\n#[cfg(test)]\nmod tests { fn a() {} }";
        let macros = "mod a;\n#[proc_macro_derive(Model)]\npub fn model(input: TokenStream) -> TokenStream { a::b(input) }";
        check(
            &[
                ("crates/derive/Cargo.toml", "[lib]\nproc-macro = true\n"),
                ("crates/derive/src/lib.rs", macros),
                ("crates/sql/src/lib.rs", face),
                ("crates/sql/tests/it/mod.rs", "fn free() {}"),
            ],
            expect![""],
        );
    }

    #[test]
    fn definitions_are_refused() {
        let macros = "#[proc_macro]\npub fn a(b: TokenStream) -> TokenStream { b }";
        check(
            &[
                ("crates/sql/src/a/mod.rs", "mod b;\nimpl B {}\nmacro_rules! c { () => {} }\nmod d {\n    fn e() {}\n}"),
                ("crates/sql/src/lib.rs", "pub type Result = ();"),
                ("crates/web/Cargo.toml", "[lib]\nname = \"aludel_web\"\n"),
                ("crates/web/src/lib.rs", macros),
            ],
            expect![[r#"
                error[faces] crates/sql/src/a/mod.rs:2: a face defines nothing: move this into a module and re-export it
                error[faces] crates/sql/src/a/mod.rs:3: a face defines nothing: move this into a module and re-export it
                error[faces] crates/sql/src/a/mod.rs:5: a face defines nothing: move this into a module and re-export it
                error[faces] crates/sql/src/lib.rs:1: a face defines nothing: move this into a module and re-export it
                error[faces] crates/web/src/lib.rs:1: a face defines nothing: move this into a module and re-export it
            "#]],
        );
    }
}
