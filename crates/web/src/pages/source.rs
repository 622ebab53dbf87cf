//! The lines of source around the one that an error is blamed on, where the source is on this machine.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Place;

use super::sheet::{Line, Section};

/// Lines shown before and after the one that is marked.
const AROUND: usize = 5;
/// How many folders above a known one are tried: the compiler names files from the workspace's root, while a program may
/// run in one of its crates.
const FOLDERS_UP: usize = 4;
/// Where `cargo run` says which crate it runs.
const CRATE_FOLDER: &str = "CARGO_MANIFEST_DIR";

/// Returns the excerpt below its place; why there is none, if the file is not found or has no such line.
pub(super) fn excerpt(place: &Place) -> Section {
    let heading = place.to_string();
    match find(place) {
        Some(file) => match lines(&file, place) {
            Some(lines) => Section { heading, lines },
            None => Section::new(heading, ["(the file has no such line any more)".to_owned()]),
        },
        None if place.file().is_absolute() => Section::new(heading, ["(the file is not on this machine)".to_owned()]),
        None => {
            Section::new(heading, ["(the file is not found from here: start the program by `cargo run`, or in its own folder)".to_owned()])
        }
    }
}

fn lines(file: &Path, place: &Place) -> Option<Vec<Line>> {
    let text = fs::read_to_string(file).ok()?;
    let line = usize::try_from(place.line()).ok()?;
    let first = line.saturating_sub(AROUND).max(1);
    let lines: Vec<Line> = text
        .lines()
        .enumerate()
        .map(|(index, text)| (index + 1, text))
        .skip(first - 1)
        .take(line + AROUND + 1 - first)
        .map(|(number, text)| Line { text: format!("{number:>5}  {text}"), marked: number == line })
        .collect();
    lines.iter().any(|line| line.marked).then_some(lines)
}

/// Finds the file from the folder of the crate that runs, else from the current one.
fn find(place: &Place) -> Option<PathBuf> {
    if place.file().is_absolute() {
        return place.file().is_file().then(|| place.file().to_owned());
    }
    let known = [std::env::var_os(CRATE_FOLDER).map(PathBuf::from), std::env::current_dir().ok()];
    let folders = known.iter().flatten().flat_map(|folder| folder.ancestors().take(1 + FOLDERS_UP));
    folders.map(|folder| folder.join(place.file())).find(|path| path.is_file())
}
