//! Rule `functions`: at most 70 lines (`// tidy: table` on the line before lets a flat table pass) and 4 parameters.
//! Parameters that a foreign face dictates (`impl Trait for ..`, `extern "C"`) are free.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, FnArg, Signature};

use super::finding::Finding;
use super::source::Source;
use super::tree::Tree;

const RULE: &str = "functions";
const MOST_LINES: usize = 70;
const MOST_PARAMETERS: usize = 4;
const TABLE_MARK: &str = "// tidy: table";

/// Checks every function outside of tests.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.sources.iter().filter(|source| !source.is_generated()) {
        let mut functions = Functions { source, is_dictated: false, findings: Vec::new() };
        functions.visit_file(&source.file);
        findings.append(&mut functions.findings);
    }
    findings
}

struct Functions<'t> {
    source: &'t Source,
    /// Within `impl Trait for ..`.
    is_dictated: bool,
    findings: Vec<Finding>,
}

impl Functions<'_> {
    fn check(&mut self, attributes: &[Attribute], signature: &Signature, body: Option<&Block>) {
        let first = signature.span().start().line;
        if self.source.is_test(first) {
            return;
        }
        let lines = body.map_or(1, |body| body.span().end().line + 1 - first);
        let top = attributes.iter().map(|attribute| attribute.span().start().line).min().unwrap_or(first);
        let is_table = [first, top].iter().any(|line| self.source.line(line - 1).starts_with(TABLE_MARK));
        let name = &signature.ident;
        if lines > MOST_LINES && !is_table {
            self.refuse(first, format!("`{name}` has {lines} lines, over {MOST_LINES}: one function decides, others compute"));
        }
        let parameters = signature.inputs.iter().filter(|input| matches!(input, FnArg::Typed(_))).count();
        if parameters > MOST_PARAMETERS && !self.is_dictated && signature.abi.is_none() {
            self.refuse(first, format!("`{name}` has {parameters} parameters, over {MOST_PARAMETERS}: group what belongs together"));
        }
    }

    fn refuse(&mut self, line: usize, message: String) {
        self.findings.push(Finding::refusal(RULE, (&self.source.path, line), message));
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.check(&function.attrs, &function.sig, Some(&function.block));
        let outer = std::mem::replace(&mut self.is_dictated, false);
        visit::visit_item_fn(self, function);
        self.is_dictated = outer;
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let outer = std::mem::replace(&mut self.is_dictated, item.trait_.is_some());
        visit::visit_item_impl(self, item);
        self.is_dictated = outer;
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.check(&function.attrs, &function.sig, Some(&function.block));
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        self.check(&function.attrs, &function.sig, function.default.as_ref());
        visit::visit_trait_item_fn(self, function);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&super::super::tree::said(super::check, &[("crates/sql/src/a.rs", text)]));
    }

    fn long(lines: usize) -> String {
        format!("fn a() {{\n{}}}\n", "    b();\n".repeat(lines - 2))
    }

    #[test]
    fn short_functions_and_marked_tables_pass() {
        check(&long(70), expect![""]);
        check(&format!("// tidy: table\n{}", long(300)), expect![""]);
        check(&format!("// tidy: table\n/// Reads.\n#[inline]\n{}", long(300)), expect![""]);
        check(&format!("/// Reads.\n// tidy: table, one line per keyword\npub {}", long(300)), expect![""]);
        check("impl A { fn b(&self, c: C, d: D, e: E, f: F) {} }", expect![""]);
        check("impl A for B { fn b(c: C, d: D, e: E, f: F, g: G) {} }", expect![""]);
        check("extern \"C\" fn b(c: C, d: D, e: E, f: F, g: G) {}", expect![""]);
        check(&format!("#[cfg(test)]\nmod tests {{\n#[test]\n{}}}", long(100)), expect![""]);
    }

    #[test]
    fn long_functions_are_refused() {
        check(
            &format!("/// Reads.\n{}", long(71)),
            expect![[r#"
                error[functions] crates/sql/src/a.rs:2: `a` has 71 lines, over 70: one function decides, others compute
            "#]],
        );
    }

    #[test]
    fn many_parameters_are_refused() {
        check(
            "trait A { fn b(&self, c: C, d: D, e: E, f: F, g: G); }\nfn h(c: C, d: D, e: E, f: F, g: G) {}",
            expect![[r#"
                error[functions] crates/sql/src/a.rs:1: `b` has 5 parameters, over 4: group what belongs together
                error[functions] crates/sql/src/a.rs:2: `h` has 5 parameters, over 4: group what belongs together
            "#]],
        );
    }
}
