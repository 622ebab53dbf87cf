//! Rule `names`: no module is a drawer for odds and ends, and nobody imports a whole crate.

use syn::UseTree;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::finding::Finding;
use super::source::Source;
use super::tree::Tree;

const RULE: &str = "names";
const DRAWERS: [&str; 6] = ["util", "utils", "common", "misc", "helper", "helpers"];

/// Checks every Rust file, tests too.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in &tree.sources {
        let mut names = Names { source, findings: &mut findings };
        names.visit_file(&source.file);
    }
    findings
}

struct Names<'t> {
    source: &'t Source,
    findings: &'t mut Vec<Finding>,
}

impl Names<'_> {
    fn refuse(&mut self, line: usize, message: String) {
        self.findings.push(Finding::refusal(RULE, (&self.source.path, line), message));
    }
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let name = module.ident.to_string();
        if DRAWERS.contains(&name.as_str()) {
            self.refuse(module.span().start().line, format!("module `{name}`: name it after what lives there"));
        }
        visit::visit_item_mod(self, module);
    }

    fn visit_use_path(&mut self, path: &'ast syn::UsePath) {
        if path.ident == "crate" && takes_all(&path.tree) {
            self.refuse(path.span().start().line, "`use crate::*` hides who needs whom: name what you need".into());
        }
        visit::visit_use_path(self, path);
    }
}

fn takes_all(tree: &UseTree) -> bool {
    match tree {
        UseTree::Glob(_) => true,
        UseTree::Group(group) => group.items.iter().any(takes_all),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&super::super::tree::said(super::check, &[("crates/sql/src/lib.rs", text)]));
    }

    #[test]
    fn named_modules_and_imports_pass() {
        check("mod select;\nuse crate::select::*;\nuse crate::{dialect, select::Select};", expect![""]);
    }

    #[test]
    fn drawers_and_whole_crates_are_refused() {
        check(
            "mod util;\nmod helpers {}\nuse crate::*;\nuse crate::{select, *};",
            expect![[r#"
                error[names] crates/sql/src/lib.rs:1: module `util`: name it after what lives there
                error[names] crates/sql/src/lib.rs:2: module `helpers`: name it after what lives there
                error[names] crates/sql/src/lib.rs:3: `use crate::*` hides who needs whom: name what you need
                error[names] crates/sql/src/lib.rs:4: `use crate::*` hides who needs whom: name what you need
            "#]],
        );
    }
}
