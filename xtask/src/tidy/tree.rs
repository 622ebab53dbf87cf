//! The tree as the rules see it: every Rust file parsed, every manifest as text.
//! Reads the disk once; a made-up tree serves the tests of the rules.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use super::finding::Finding;
use super::source::Source;

const RULE: &str = "parse";
/// Trees of their own: what others built or wrote, and programs that must not compile.
const PASSED_OVER: [&str; 2] = ["target", "node_modules"];
const PASSED_OVER_IN_TESTS: [&str; 2] = ["tests/ui", "tests/data"];

/// All files that rules look at.
#[derive(Default)]
pub(crate) struct Tree {
    /// Manifests and the like, by path.
    pub(crate) texts: BTreeMap<String, String>,
    /// Rust files, sorted by path.
    pub(crate) sources: Vec<Source>,
    /// Files that are no Rust.
    pub(crate) broken: Vec<Finding>,
}

impl Tree {
    /// Reads the tree under `root`.
    ///
    /// # Errors
    /// If a folder or file cannot be read.
    pub(crate) fn read(root: &Path) -> io::Result<Tree> {
        let mut files = BTreeMap::new();
        collect(root, "", &mut files)?;
        Ok(Tree::of(files))
    }

    /// Makes a tree of paths and texts.
    pub(crate) fn of(files: BTreeMap<String, String>) -> Tree {
        let mut tree = Tree::default();
        for (path, text) in files {
            if !path.ends_with(".rs") {
                tree.texts.insert(path, text);
                continue;
            }
            match Source::parse(&path, &text) {
                Ok(source) => tree.sources.push(source),
                Err(error) => tree.broken.push(Finding::refusal(RULE, (&path, 0), format!("is no Rust: {error}"))),
            }
        }
        tree
    }

    /// Returns the Rust file at `path`.
    pub(crate) fn source(&self, path: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.path == path)
    }

    /// Returns the folders under `crates/` that hold a manifest.
    pub(crate) fn crate_folders(&self) -> Vec<&str> {
        let folders = self.texts.keys().filter_map(|path| path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml"));
        folders.filter(|folder| !folder.contains('/')).collect()
    }
}

fn collect(root: &Path, folder: &str, files: &mut BTreeMap<String, String>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        if entry.file_type()?.is_dir() {
            let is_passed_over = PASSED_OVER.contains(&name.as_str()) || PASSED_OVER_IN_TESTS.iter().any(|end| path.ends_with(end));
            if !name.starts_with('.') && !is_passed_over {
                collect(root, &path, files)?;
            }
        } else if path.ends_with(".rs") || name == "Cargo.toml" || name == "tidy-exceptions.txt" {
            files.insert(path, fs::read_to_string(entry.path())?);
        }
    }
    Ok(())
}

/// Runs `rule` over a made-up tree and returns what it says, a line each.
#[cfg(test)]
pub(crate) fn said(rule: fn(&Tree) -> Vec<Finding>, files: &[(&str, &str)]) -> String {
    let files = files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
    let tree = Tree::of(files);
    assert_eq!(tree.broken, [], "the made-up tree is Rust");
    rule(&tree).iter().map(|finding| format!("{finding}\n")).collect()
}
