//! Rule `unsafe`: every crate forbids unsafe code; the SQLite driver denies it and lets its one `ffi` file have it.
//! The workspace's lint table counts for the crates that take it over.

use toml::{Table, Value};

use super::finding::Finding;
use super::floors::UNSAFE_FILES;
use super::source::Kind;
use super::syntax;
use super::tree::Tree;

const RULE: &str = "unsafe";

/// Checks every crate's lint level, and every product file for `unsafe` and for leave to use it.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<Finding> = tree.crate_folders().into_iter().filter_map(|folder| check_level(tree, folder)).collect();
    for source in tree.sources.iter().filter(|source| source.kind == Kind::Product) {
        if UNSAFE_FILES.iter().any(|(_, file)| *file == source.path) {
            continue;
        }
        for at in 0..source.tokens.len() {
            let is_used = syntax::spelled(&source.tokens, at, &["unsafe"]);
            let is_let = ["allow", "expect"].iter().any(|word| syntax::spelled(&source.tokens, at, &[word, "(", "unsafe_code"]));
            if is_used || is_let {
                let message = "unsafe code stands in the `ffi` file of a driver and nowhere else";
                findings.push(Finding::refusal(RULE, (&source.path, source.tokens[at].line), message.into()));
            }
        }
    }
    findings
}

fn check_level(tree: &Tree, folder: &str) -> Option<Finding> {
    let wanted = if UNSAFE_FILES.iter().any(|(crate_folder, _)| *crate_folder == folder) { "deny" } else { "forbid" };
    let root = ["lib.rs", "main.rs"].iter().find_map(|name| tree.source(&format!("crates/{folder}/src/{name}")))?;
    let attribute = [wanted, "(", "unsafe_code", ")"];
    let in_source = (0..root.tokens.len()).any(|at| syntax::spelled(&root.tokens, at, &attribute));
    let in_manifest = manifest_level(tree, &format!("crates/{folder}/Cargo.toml")).as_deref() == Some(wanted);
    let message = format!("`#![{wanted}(unsafe_code)]` is missing, here and in the lints of the manifest");
    (!in_source && !in_manifest).then(|| Finding::refusal(RULE, (&root.path, 0), message))
}

/// Returns the level of `unsafe_code` that a manifest sets or takes over from the workspace.
fn manifest_level(tree: &Tree, path: &str) -> Option<String> {
    let manifest: Table = tree.texts.get(path)?.parse().ok()?;
    let lints = manifest.get("lints")?;
    if lints.get("workspace").and_then(Value::as_bool) == Some(true) {
        let workspace: Table = tree.texts.get("Cargo.toml")?.parse().ok()?;
        return level(workspace.get("workspace")?.get("lints")?);
    }
    level(lints)
}

fn level(lints: &Value) -> Option<String> {
    let lint = lints.get("rust")?.get("unsafe_code")?;
    let level = lint.get("level").unwrap_or(lint);
    level.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    const WORKSPACE: (&str, &str) = ("Cargo.toml", "[workspace.lints.rust]\nunsafe_code = \"forbid\"\n");
    const TAKES_OVER: &str = "[lints]\nworkspace = true\n";

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: Expect) {
        expected.assert_eq(&super::super::tree::said(super::check, files));
    }

    #[test]
    fn each_way_to_forbid_passes() {
        check(
            &[
                WORKSPACE,
                ("crates/sql/Cargo.toml", TAKES_OVER),
                ("crates/sql/src/lib.rs", "mod a;"),
                ("crates/web/Cargo.toml", ""),
                ("crates/web/src/lib.rs", "#![forbid(unsafe_code)]"),
                ("crates/sqlite/Cargo.toml", "[lints.rust]\nunsafe_code = \"deny\"\n"),
                ("crates/sqlite/src/lib.rs", "mod ffi;"),
                ("crates/sqlite/src/ffi.rs", "#![allow(unsafe_code)]\nfn a() { unsafe { b() } }"),
            ],
            expect![""],
        );
    }

    #[test]
    fn a_crate_that_forbids_nothing_is_refused() {
        check(
            &[
                WORKSPACE,
                ("crates/engine/Cargo.toml", "[lints.rust]\nunsafe_code = \"deny\"\n"),
                ("crates/engine/src/lib.rs", "mod a;"),
                ("crates/sqlite/Cargo.toml", TAKES_OVER),
                ("crates/sqlite/src/lib.rs", "mod a;"),
                ("crates/web/Cargo.toml", ""),
                ("crates/web/src/lib.rs", "mod a;"),
            ],
            expect![[r#"
                error[unsafe] crates/engine/src/lib.rs: `#![forbid(unsafe_code)]` is missing, here and in the lints of the manifest
                error[unsafe] crates/sqlite/src/lib.rs: `#![deny(unsafe_code)]` is missing, here and in the lints of the manifest
                error[unsafe] crates/web/src/lib.rs: `#![forbid(unsafe_code)]` is missing, here and in the lints of the manifest
            "#]],
        );
    }

    #[test]
    fn leave_outside_the_one_file_is_refused() {
        check(
            &[
                ("crates/sqlite/src/rows.rs", "#![allow(unsafe_code)]\nfn a() { unsafe { b() } }"),
                ("crates/web/src/ffi.rs", "#![expect(unsafe_code)]"),
            ],
            expect![[r#"
                error[unsafe] crates/sqlite/src/rows.rs:1: unsafe code stands in the `ffi` file of a driver and nowhere else
                error[unsafe] crates/sqlite/src/rows.rs:2: unsafe code stands in the `ffi` file of a driver and nowhere else
                error[unsafe] crates/web/src/ffi.rs:1: unsafe code stands in the `ffi` file of a driver and nowhere else
            "#]],
        );
    }
}
