//! The modules of one crate: who is declared where, in which order, and what a path leads to through re-exports.
//! Judges nothing; the rule `modules` does.

use std::collections::{BTreeMap, BTreeSet};

use syn::Item;

use super::paths::{self, WrittenPath};
use super::source::Kind;
use super::syntax;
use super::tree::Tree;

/// Re-exports of re-exports are followed so far; deeper ones lead round in a circle.
const MOST_REEXPORTS: usize = 16;

/// Index of a module in its map.
pub(crate) type ModuleId = usize;

/// One module, a file or inline.
#[derive(Default)]
pub(crate) struct Module {
    pub(crate) name: String,
    /// The file it stands in, from the root of the tree.
    pub(crate) file: String,
    pub(crate) parent: Option<ModuleId>,
    /// In the order of their declarations, top to bottom; those for tests are left out.
    pub(crate) children: Vec<ModuleId>,
    pub(crate) paths: Vec<WrittenPath>,
    /// Names of the items that it defines itself.
    items: BTreeSet<String>,
    /// What `use` brings in, by local name: the names of the path.
    imports: BTreeMap<String, Vec<String>>,
    /// Paths of `use a::*`, without the star.
    globs: Vec<Vec<String>>,
}

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The module itself.
    Module(ModuleId),
    /// An item that the module defines.
    Item(ModuleId),
}

impl Target {
    /// Returns the module that is led to.
    pub(crate) fn module(&self) -> ModuleId {
        match self {
            Target::Module(id) | Target::Item(id) => *id,
        }
    }
}

/// All modules of a crate; the root is number 0.
#[derive(Default)]
pub(crate) struct ModuleMap {
    pub(crate) modules: Vec<Module>,
}

impl ModuleMap {
    /// Reads the crate whose root file is `root`; a file that is missing gives no module.
    pub(crate) fn read(tree: &Tree, root: &str) -> ModuleMap {
        let mut map = ModuleMap::default();
        if let Some(source) = tree.source(root) {
            let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
            let module = Module { name: "crate".into(), file: root.into(), ..Module::default() };
            map.add(tree, module, (&source.file.items, folder));
        }
        map
    }

    /// Adds `module` with `items`; files of its children are looked for in `folder`.
    fn add(&mut self, tree: &Tree, module: Module, (items, folder): (&[Item], &str)) -> ModuleId {
        let id = self.modules.len();
        let (parent, file) = (id, module.file.clone());
        self.modules.push(Module { paths: paths::written(items), items: item_names(items), ..module });
        self.note_imports(id);
        for item in items {
            let Item::Mod(child) = item else { continue };
            if syntax::is_test_only(&child.attrs) {
                continue;
            }
            let name = child.ident.to_string();
            let inner_folder = format!("{folder}/{name}");
            if let Some((_, items)) = &child.content {
                let module = Module { name, file: file.clone(), parent: Some(parent), ..Module::default() };
                let child = self.add(tree, module, (items, &inner_folder));
                self.modules[id].children.push(child);
                continue;
            }
            let files = [format!("{inner_folder}.rs"), format!("{inner_folder}/mod.rs")];
            let Some(source) = files.iter().find_map(|file| tree.source(file)) else { continue };
            if source.kind != Kind::Test {
                let module = Module { name, file: source.path.clone(), parent: Some(parent), ..Module::default() };
                let child = self.add(tree, module, (&source.file.items, &inner_folder));
                self.modules[id].children.push(child);
            }
        }
        id
    }

    fn note_imports(&mut self, id: ModuleId) {
        let module = &mut self.modules[id];
        for path in &module.paths {
            match path.local_name.as_deref() {
                Some("*") => module.globs.push(path.names[..path.names.len() - 1].to_vec()),
                Some(name) => {
                    module.imports.insert(name.to_owned(), path.names.clone());
                }
                None => {}
            }
        }
    }

    /// Returns what the path `names`, written in the module `from`, leads to; nothing if it leaves the crate.
    pub(crate) fn resolve(&self, from: ModuleId, names: &[String]) -> Option<Target> {
        self.follow(from, names, MOST_REEXPORTS)
    }

    fn follow(&self, from: ModuleId, names: &[String], depth: usize) -> Option<Target> {
        let (first, rest) = names.split_first()?;
        match first.as_str() {
            "crate" => self.walk(0, rest, depth),
            "self" => self.walk(from, rest, depth),
            "super" => {
                let parent = self.modules[from].parent?;
                if rest.first().is_some_and(|name| name == "super") {
                    return self.follow(parent, rest, depth);
                }
                self.walk(parent, rest, depth)
            }
            name => self.walk(self.child(from, name)?, rest, depth),
        }
    }

    /// Walks down `names` from the module `at`.
    fn walk(&self, at: ModuleId, names: &[String], depth: usize) -> Option<Target> {
        let depth = depth.checked_sub(1)?;
        let Some((name, rest)) = names.split_first() else { return Some(Target::Module(at)) };
        let module = &self.modules[at];
        if name == "*" {
            return Some(Target::Module(at));
        }
        if let Some(child) = self.child(at, name) {
            return self.walk(child, rest, depth);
        }
        if module.items.contains(name) {
            return Some(Target::Item(at));
        }
        if let Some(import) = module.imports.get(name) {
            let further: Vec<String> = import.iter().chain(rest).cloned().collect();
            return self.follow(at, &further, depth);
        }
        let beyond = module.globs.iter().filter_map(|glob| self.follow(at, glob, depth));
        beyond.filter(|target| target.module() != at).find_map(|target| self.walk(target.module(), names, depth))
    }

    fn child(&self, of: ModuleId, name: &str) -> Option<ModuleId> {
        self.modules[of].children.iter().copied().find(|child| self.modules[*child].name == name)
    }

    /// Returns the modules from the root down to `id`, both included.
    pub(crate) fn line_of(&self, id: ModuleId) -> Vec<ModuleId> {
        let mut line: Vec<ModuleId> = std::iter::successors(Some(id), |id| self.modules[*id].parent).collect();
        line.reverse();
        line
    }
}

fn item_names(items: &[Item]) -> BTreeSet<String> {
    let names = items.iter().filter_map(|item| match item {
        Item::Const(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Fn(item) => Some(&item.sig.ident),
        Item::Macro(item) => item.ident.as_ref(),
        Item::Static(item) => Some(&item.ident),
        Item::Struct(item) => Some(&item.ident),
        Item::Trait(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        Item::Union(item) => Some(&item.ident),
        _ => None,
    });
    names.map(ToString::to_string).collect()
}
