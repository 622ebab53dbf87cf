//! The lines of source around the `?` that an error came through, where the source is on this machine.

use std::fs;
use std::panic::Location;
use std::path::{Path, PathBuf};

use super::sheet::{Line, Section};

/// Lines shown before and after the one that is marked.
const AROUND: usize = 5;
/// How many folders above the current one are tried: the compiler names files from the workspace's root, while a
/// program may run in one of its crates.
const FOLDERS_UP: usize = 4;

/// Returns the excerpt; none if the file is not found or has no such line.
pub(super) fn excerpt(location: &Location<'_>) -> Option<Section> {
    let text = fs::read_to_string(find(Path::new(location.file()))?).ok()?;
    let line = usize::try_from(location.line()).ok()?;
    let first = line.saturating_sub(AROUND).max(1);
    let lines: Vec<Line> = text
        .lines()
        .enumerate()
        .map(|(index, text)| (index + 1, text))
        .skip(first - 1)
        .take(line + AROUND + 1 - first)
        .map(|(number, text)| Line { text: format!("{number:>5}  {text}"), marked: number == line })
        .collect();
    let heading = format!("{}:{}", location.file(), location.line());
    lines.iter().any(|line| line.marked).then_some(Section { heading, lines })
}

fn find(file: &Path) -> Option<PathBuf> {
    if file.is_absolute() {
        return file.is_file().then(|| file.to_owned());
    }
    let here = std::env::current_dir().ok()?;
    here.ancestors().take(1 + FOLDERS_UP).map(|folder| folder.join(file)).find(|path| path.is_file())
}
