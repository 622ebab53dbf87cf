//! The README shows what is there.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// The blocks of code of a document: their language and their text.
fn blocks(document: &str) -> Vec<(&str, &str)> {
    let fenced = document.split("```").skip(1).step_by(2);
    fenced.filter_map(|block| block.split_once('\n')).collect()
}

#[test]
fn the_readme_has_the_whole_tutorial_application() {
    let readme = read("README.md");
    let programs: Vec<_> = blocks(&readme).into_iter().filter(|(language, _)| language.starts_with("rust")).collect();
    let [(language, tutorial), ..] = programs[..] else { panic!("the README shows no program") };
    assert_eq!((language, tutorial), ("rust,no_run", &*read("examples/people.rs")));
}

/// A program that is not compiled may say anything.
#[test]
fn no_program_in_the_documentation_is_passed_over() {
    let mut looked_at = 0;
    let mut folders = vec![root().join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let is_text = entry.extension().is_some_and(|end| end == "rs" || end == "md");
            if entry.is_dir() {
                folders.push(entry);
            } else if is_text && !entry.ends_with("documents.rs") {
                let text = fs::read_to_string(&entry).unwrap();
                assert!(!text.contains("```ignore") && !text.contains("```text,ignore"), "{}", entry.display());
                looked_at += 1;
            }
        }
    }
    assert!(looked_at > 200, "{looked_at} files");
}
