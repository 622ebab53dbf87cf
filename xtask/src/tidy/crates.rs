//! Rule `crates`: a crate depends only on those of our crates that the floors put below it.
//! Looks at manifests; dependencies of tests are free.

use toml::Table;

use super::finding::Finding;
use super::floors::{self, DRIVERS, FACADE};
use super::manifest;
use super::tree::Tree;

const RULE: &str = "crates";

/// Checks every manifest under `crates/`, and that `xtask` builds without any of our crates.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for folder in tree.crate_folders() {
        let path = format!("crates/{folder}/Cargo.toml");
        let Some(floor) = floors::floor(folder) else {
            findings.push(refuse(&path, format!("`{folder}` has no floor: add it to xtask/src/tidy/floors.rs")));
            continue;
        };
        check_manifest(tree, &path, (folder, floor.may_import), &mut findings);
    }
    check_manifest(tree, "xtask/Cargo.toml", ("xtask", &[]), &mut findings);
    findings
}

fn check_manifest(tree: &Tree, path: &str, (folder, may_import): (&str, &[&str]), findings: &mut Vec<Finding>) {
    let Some(text) = tree.texts.get(path) else { return };
    let manifest: Table = match text.parse() {
        Ok(manifest) => manifest,
        Err(error) => return findings.push(refuse(path, format!("is no manifest: {error}"))),
    };
    for name in manifest::dependencies(&manifest) {
        let Some(imported) = floors::folder_of(&name) else { continue };
        if !may_import.contains(&imported) {
            findings.push(refuse(path, format!("`{folder}` must not depend on `{name}`: {}", reason(folder, imported))));
        }
    }
}

fn reason(folder: &str, imported: &str) -> &'static str {
    if imported == FACADE {
        "only `cli` imports the facade"
    } else if DRIVERS.contains(&folder) && DRIVERS.contains(&imported) {
        "a driver imports no driver"
    } else {
        "xtask/src/tidy/floors.rs does not list it"
    }
}

fn refuse(path: &str, message: String) -> Finding {
    Finding::refusal(RULE, (path, 0), message)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: Expect) {
        expected.assert_eq(&super::super::tree::said(super::check, files));
    }

    #[test]
    fn downwards_is_allowed_and_tests_are_free() {
        let manifest = "[dependencies]\naludel-sql.workspace = true\nserde = \"1\"\n[dev-dependencies]\naludel = {}\n";
        check(&[("crates/engine/Cargo.toml", manifest)], expect![""]);
    }

    #[test]
    fn upwards_and_sideways_is_refused() {
        check(
            &[
                ("crates/sql/Cargo.toml", "[dependencies]\naludel-engine.workspace = true\n"),
                ("crates/migrate/Cargo.toml", "[dependencies]\norm = { package = \"aludel-orm\", path = \"../orm\" }\n"),
                ("crates/mysql/Cargo.toml", "[target.'cfg(unix)'.dependencies]\naludel-sqlite = {}\n"),
                ("crates/web/Cargo.toml", "[dependencies.aludel]\nworkspace = true\n"),
                ("xtask/Cargo.toml", "[dependencies]\naludel-sql = {}\n"),
            ],
            expect![[r#"
                error[crates] crates/migrate/Cargo.toml: `migrate` must not depend on `aludel-orm`: xtask/src/tidy/floors.rs does not list it
                error[crates] crates/mysql/Cargo.toml: `mysql` must not depend on `aludel-sqlite`: a driver imports no driver
                error[crates] crates/sql/Cargo.toml: `sql` must not depend on `aludel-engine`: xtask/src/tidy/floors.rs does not list it
                error[crates] crates/web/Cargo.toml: `web` must not depend on `aludel`: only `cli` imports the facade
                error[crates] xtask/Cargo.toml: `xtask` must not depend on `aludel-sql`: xtask/src/tidy/floors.rs does not list it
            "#]],
        );
    }

    #[test]
    fn a_crate_without_a_floor_is_refused() {
        check(
            &[("crates/tools/Cargo.toml", "[package]\nname = \"aludel-tools\"\n")],
            expect![[r#"
                error[crates] crates/tools/Cargo.toml: `tools` has no floor: add it to xtask/src/tidy/floors.rs
            "#]],
        );
    }
}
