//! Rule `modules`: the order of `mod` in a face is the floor plan; a module imports only what is declared below it.
//! So modules form no circle. What a re-export leads to counts, not where it is re-exported.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use super::floor_plan::{self, FloorPlan};
use super::module_map::{ModuleId, ModuleMap, Target};
use super::paths::WrittenPath;
use super::tree::Tree;

const RULE: &str = "modules";

/// Checks every crate under `crates/`, and `xtask`.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut roots = vec!["xtask/src/main.rs".to_owned()];
    for folder in tree.crate_folders() {
        roots.extend(["lib.rs", "main.rs"].map(|name| format!("crates/{folder}/src/{name}")));
    }
    roots.iter().flat_map(|root| check_crate(&ModuleMap::read(tree, root))).collect()
}

fn check_crate(map: &ModuleMap) -> Vec<Finding> {
    let mut checker = Checker { map, used_below: BTreeSet::new(), imports: BTreeMap::new(), findings: Vec::new() };
    let mut climbs = Vec::new();
    for from in 0..map.modules.len() {
        for path in &map.modules[from].paths {
            let Some(target) = map.resolve(from, &path.names) else { continue };
            if map.modules[from].file != map.modules[target.module()].file {
                climbs.extend(checker.check_edge(from, path, &target));
            }
        }
    }
    for climb in climbs {
        checker.check_climb(&climb);
    }
    checker.advise();
    checker.findings.sort_by(|a, b| (&a.path, a.line, &a.message).cmp(&(&b.path, b.line, &b.message)));
    checker.findings.dedup();
    checker.findings
}

/// A module uses what a module around it defines.
struct Climb<'m> {
    from: ModuleId,
    path: &'m WrittenPath,
    to: ModuleId,
    /// The module on the way from `to` to `from` that stands right in `to`.
    way: ModuleId,
}

struct Checker<'m> {
    map: &'m ModuleMap,
    /// Module, and the one right in it whose inside its own code uses.
    used_below: BTreeSet<(ModuleId, ModuleId)>,
    /// By parent: which of its children imports which, by their places in its face.
    imports: BTreeMap<ModuleId, BTreeSet<(usize, usize)>>,
    findings: Vec<Finding>,
}

impl<'m> Checker<'m> {
    /// Checks that `from` may use `target`; a climb is only returned, to be checked when all edges are known.
    fn check_edge(&mut self, from: ModuleId, path: &'m WrittenPath, target: &Target) -> Option<Climb<'m>> {
        let (here, there) = (self.map.line_of(from), self.map.line_of(target.module()));
        let shared = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
        match (here.get(shared), there.get(shared)) {
            (Some(importer), Some(imported)) => {
                // The inline modules of a root file re-export what macros of the crate name.
                let is_root = self.map.modules[from].file == self.map.modules[0].file;
                if !is_root {
                    self.check_order(from, path, (*importer, *imported));
                }
                None
            }
            (None, Some(child)) => {
                if !path.is_reexport {
                    self.used_below.insert((from, *child));
                }
                None
            }
            (Some(way), None) if matches!(target, Target::Item(_)) => Some(Climb { from, path, to: target.module(), way: *way }),
            _ => None,
        }
    }

    /// Checks two modules with one parent.
    fn check_order(&mut self, from: ModuleId, path: &WrittenPath, (importer, imported): (ModuleId, ModuleId)) {
        let modules = &self.map.modules;
        let Some(parent) = modules[importer].parent else { return };
        let floor = |id: ModuleId| modules[parent].children.iter().position(|child| *child == id);
        let (Some(upper), Some(lower)) = (floor(importer), floor(imported)) else { return };
        self.imports.entry(parent).or_default().insert((upper, lower));
        if upper > lower {
            let (above, below) = (&modules[imported].name, &modules[importer].name);
            let message = format!(
                "`{}`: `{above}` is declared above `{below}` in {}, and imports point down",
                path.names.join("::"),
                modules[parent].file
            );
            self.findings.push(Finding::refusal(RULE, (&modules[from].file, path.line), message));
        }
    }

    /// Says for each face whose order is broken which order would do, or which circle keeps any from it.
    fn advise(&mut self) {
        for (parent, imports) in &self.imports {
            if imports.iter().all(|(importer, imported)| importer < imported) {
                continue;
            }
            let module = &self.map.modules[*parent];
            let names = |places: &[usize], between: &str| {
                let names = places.iter().map(|place| self.map.modules[module.children[*place]].name.as_str());
                names.collect::<Vec<_>>().join(between)
            };
            let finding = match floor_plan::plan(module.children.len(), imports) {
                FloorPlan::Order(order) => {
                    let message = format!("an order in which imports point down: {}", names(&order, ", "));
                    Finding::warning(RULE, (&module.file, 0), message)
                }
                FloorPlan::Circle(circle) => {
                    let message = format!("a circle that no order mends: {} -> back", names(&circle, " -> "));
                    Finding::refusal(RULE, (&module.file, 0), message)
                }
            };
            self.findings.push(finding);
        }
    }

    fn check_climb(&mut self, climb: &Climb<'_>) {
        let modules = &self.map.modules;
        if self.used_below.contains(&(climb.to, climb.way)) {
            let message = format!(
                "`{}`: {} uses `{}`, so this closes a circle; move what both need into a module of its own",
                climb.path.names.join("::"),
                modules[climb.to].file,
                modules[climb.way].name
            );
            self.findings.push(Finding::refusal(RULE, (&modules[climb.from].file, climb.path.line), message));
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: Expect) {
        let mut files = files.to_vec();
        files.push(("crates/sql/Cargo.toml", "[package]\nname = \"aludel-sql\"\n"));
        expected.assert_eq(&super::super::tree::said(super::check, &files));
    }

    #[test]
    fn downwards_passes() {
        check(
            &[
                (
                    "crates/sql/src/lib.rs",
                    "mod compile;\nmod select;\nmod expr;\npub use expr::Expr;\npub mod __private { pub use crate::compile::c; }",
                ),
                ("crates/sql/src/compile.rs", "use crate::select::Select; fn c() { super::expr::e() }"),
                ("crates/sql/src/select/mod.rs", "mod join;\nmod from;\npub use from::From;\npub use join::Join;"),
                ("crates/sql/src/select/join.rs", "use super::From; use super::super::Expr;"),
                ("crates/sql/src/select/from.rs", "pub struct From;\n#[cfg(test)]\nmod tests { use super::super::Join; }"),
                ("crates/sql/src/expr.rs", "use std::fmt; pub struct Expr; use parts::P;\nmod parts { use super::Expr; pub struct P; }"),
            ],
            expect![""],
        );
    }

    #[test]
    fn upwards_is_refused_also_through_a_re_export_and_within_a_folder() {
        check(
            &[
                ("crates/sql/src/lib.rs", "mod compile;\nmod select;\nmod expr;\npub use compile::{Compiled, run as compile_now};"),
                ("crates/sql/src/compile.rs", "pub struct Compiled; pub fn run() {}"),
                ("crates/sql/src/select/mod.rs", "mod join;\nmod from;\npub use from::*;\npub use join::*;"),
                ("crates/sql/src/select/join.rs", "pub struct Join;"),
                ("crates/sql/src/select/from.rs", "use super::Join;\nfn a() { crate::compile_now() }"),
                ("crates/sql/src/expr.rs", "use crate::{select, Compiled};\nfn b() { vec![super::select::from::F] }\n"),
            ],
            expect![[r#"
                error[modules] crates/sql/src/expr.rs:1: `crate::Compiled`: `compile` is declared above `expr` in crates/sql/src/lib.rs, and imports point down
                error[modules] crates/sql/src/expr.rs:1: `crate::select`: `select` is declared above `expr` in crates/sql/src/lib.rs, and imports point down
                warning[modules] crates/sql/src/lib.rs: an order in which imports point down: expr, select, compile
                error[modules] crates/sql/src/select/from.rs:1: `super::Join`: `join` is declared above `from` in crates/sql/src/select/mod.rs, and imports point down
                error[modules] crates/sql/src/select/from.rs:2: `crate::compile_now`: `compile` is declared above `select` in crates/sql/src/lib.rs, and imports point down
                warning[modules] crates/sql/src/select/mod.rs: an order in which imports point down: from, join
            "#]],
        );
    }

    #[test]
    fn a_circle_of_parent_and_child_is_refused() {
        let files = |parent| {
            [
                ("crates/sql/src/lib.rs", "mod a;"),
                ("crates/sql/src/a.rs", parent),
                ("crates/sql/src/a/b.rs", "use super::A;\npub struct B;"),
            ]
        };
        check(&files("mod b;\npub use b::B;\npub struct A;"), expect![""]);
        check(
            &files("mod b;\nuse b::B;\npub struct A;"),
            expect![[r#"
                error[modules] crates/sql/src/a/b.rs:1: `super::A`: crates/sql/src/a.rs uses `b`, so this closes a circle; move what both need into a module of its own
            "#]],
        );
    }
}
