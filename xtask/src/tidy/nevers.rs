//! Rule `nevers`: what a crate must never see, of other libraries and of the standard one. `floors` lists it.
//! Looks at manifests and at the paths that product code writes; what only tests depend on is free.

use syn::Item;
use toml::Table;

use super::finding::Finding;
use super::floors::{FOR_TESTS, NEVERS, Never};
use super::manifest;
use super::paths;
use super::source::{Kind, Source};
use super::syntax;
use super::tree::Tree;

const RULE: &str = "nevers";

/// Checks the crates that `NEVERS` lists.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for never in NEVERS {
        check_manifest(tree, never, &mut findings);
        let folder = format!("crates/{}/src/", never.folder);
        let sources = tree.sources.iter().filter(|source| source.kind == Kind::Product && source.path.starts_with(&folder));
        for source in sources.filter(|source| !FOR_TESTS.iter().any(|folder| source.path.starts_with(folder))) {
            check_paths(source, &source.file.items, never, &mut findings);
            check_async(source, never, &mut findings);
        }
    }
    findings
}

fn check_manifest(tree: &Tree, never: &Never, findings: &mut Vec<Finding>) {
    let path = format!("crates/{}/Cargo.toml", never.folder);
    // The rule `crates` tells of one that cannot be read.
    let Some(manifest) = tree.texts.get(&path).and_then(|text| text.parse::<Table>().ok()) else { return };
    for name in manifest::dependencies(&manifest) {
        if never.packages.iter().any(|list| list.contains(&name.as_str())) {
            let message = format!("`{}` must never see `{name}`: xtask/src/tidy/floors.rs says so", never.folder);
            findings.push(Finding::refusal(RULE, (&path, 0), message));
        }
    }
}

fn check_paths(source: &Source, items: &[Item], never: &Never, findings: &mut Vec<Finding>) {
    for path in paths::written(items) {
        let [root, module, ..] = &path.names[..] else { continue };
        let is_standard = root == "std" || root == "core";
        if is_standard && never.modules.contains(&module.as_str()) {
            let message = format!("`{}` must never see `{root}::{module}`: xtask/src/tidy/floors.rs says so", never.folder);
            findings.push(Finding::refusal(RULE, (&source.path, path.line), message));
        }
    }
    for item in items {
        if let Item::Mod(module) = item
            && let Some((_, inner)) = &module.content
            && !syntax::is_test_only(&module.attrs)
        {
            check_paths(source, inner, never, findings);
        }
    }
}

fn check_async(source: &Source, never: &Never, findings: &mut Vec<Finding>) {
    let Some(only_in) = never.async_only_in else { return };
    // What stands in a macro's tokens is code for someone else: the macros of `derive` write async code.
    if source.path.starts_with(only_in) {
        return;
    }
    for line in syntax::async_lines(&source.file) {
        if !source.is_test(line) {
            let message = format!("`{}` is not async, but in {only_in}", never.folder);
            findings.push(Finding::refusal(RULE, (&source.path, line), message));
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: Expect) {
        expected.assert_eq(&super::super::tree::said(super::check, files));
    }

    #[test]
    fn what_is_not_listed_passes() {
        check(
            &[
                ("crates/sql/Cargo.toml", "[dependencies]\nsmallvec = \"1\"\n[dev-dependencies]\ntokio = \"1\"\n"),
                ("crates/sql/src/a.rs", "use std::{fmt, sync::Arc};\n#[cfg(test)]\nmod tests { use std::fs; async fn a() {} }"),
                ("crates/sql/src/query/fetch.rs", "fn a() { Box::pin(async move { b.await }) }"),
                ("crates/derive/src/a.rs", "fn a() { quote!(async move { std::time::Instant::now() }) }"),
                ("crates/sql/tests/it/main.rs", "use std::time::Instant;"),
                ("crates/engine/src/a.rs", "use std::time::Instant; async fn b() {}"),
                ("crates/engine/src/witness/a.rs", "use std::fs::File;"),
            ],
            expect![""],
        );
    }

    #[test]
    fn libraries_are_refused() {
        check(
            &[
                ("crates/sql/Cargo.toml", "[dependencies]\ntokio.workspace = true\njiff = \"1\"\n"),
                ("crates/engine/Cargo.toml", "[dependencies]\ndriver = { package = \"rusqlite\", version = \"1\" }\n"),
                ("crates/orm/Cargo.toml", "[dependencies]\nhttp = \"1\"\n"),
                ("crates/sqlite/Cargo.toml", "[target.'cfg(unix)'.dependencies]\naxum-core = \"1\"\n"),
                ("crates/web/Cargo.toml", "[dependencies.rusqlite]\nworkspace = true\n"),
            ],
            expect![[r#"
                error[nevers] crates/sql/Cargo.toml: `sql` must never see `tokio`: xtask/src/tidy/floors.rs says so
                error[nevers] crates/engine/Cargo.toml: `engine` must never see `rusqlite`: xtask/src/tidy/floors.rs says so
                error[nevers] crates/orm/Cargo.toml: `orm` must never see `http`: xtask/src/tidy/floors.rs says so
                error[nevers] crates/web/Cargo.toml: `web` must never see `rusqlite`: xtask/src/tidy/floors.rs says so
                error[nevers] crates/sqlite/Cargo.toml: `sqlite` must never see `axum-core`: xtask/src/tidy/floors.rs says so
            "#]],
        );
    }

    #[test]
    fn the_world_outside_is_refused() {
        check(
            &[
                (
                    "crates/sql/src/a.rs",
                    "use std::{fmt, fs::File};\nfn b() { std::net::c() }\nmod d { use std::thread; }\nuse std::time::Instant;",
                ),
                ("crates/orm/src/a.rs", "fn now() { let a = core::time::Duration::ZERO; }"),
                ("crates/web/src/a.rs", "use std::process::Command;"),
            ],
            expect![[r#"
                error[nevers] crates/sql/src/a.rs:1: `sql` must never see `std::fs`: xtask/src/tidy/floors.rs says so
                error[nevers] crates/sql/src/a.rs:2: `sql` must never see `std::net`: xtask/src/tidy/floors.rs says so
                error[nevers] crates/sql/src/a.rs:4: `sql` must never see `std::time`: xtask/src/tidy/floors.rs says so
                error[nevers] crates/sql/src/a.rs:3: `sql` must never see `std::thread`: xtask/src/tidy/floors.rs says so
                error[nevers] crates/orm/src/a.rs:1: `orm` must never see `core::time`: xtask/src/tidy/floors.rs says so
                error[nevers] crates/web/src/a.rs:1: `web` must never see `std::process`: xtask/src/tidy/floors.rs says so
            "#]],
        );
    }

    #[test]
    fn async_code_is_refused() {
        check(
            &[
                ("crates/sql/src/a.rs", "async fn a() {}\nimpl B { async fn c() {} }\ntrait D { async fn e(); }"),
                ("crates/sql/src/f.rs", "fn g() {\n    async move { 1 };\n    async || 1;\n}"),
            ],
            expect![[r#"
                error[nevers] crates/sql/src/a.rs:1: `sql` is not async, but in crates/sql/src/query/
                error[nevers] crates/sql/src/a.rs:2: `sql` is not async, but in crates/sql/src/query/
                error[nevers] crates/sql/src/a.rs:3: `sql` is not async, but in crates/sql/src/query/
                error[nevers] crates/sql/src/f.rs:2: `sql` is not async, but in crates/sql/src/query/
                error[nevers] crates/sql/src/f.rs:3: `sql` is not async, but in crates/sql/src/query/
            "#]],
        );
    }
}
