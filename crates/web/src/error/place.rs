//! A line of the program, as pages and logs name it. Knows no disk.

use std::fmt;
use std::panic::Location;
use std::path::{Component, Path, PathBuf};

/// A line of a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    file: PathBuf,
    line: u32,
}

impl Place {
    /// Returns the file, without the detours that a manifest may write: `examples/a.rs` for `crates/b/../../examples/a.rs`.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Returns the line, from 1.
    pub(crate) fn line(&self) -> u32 {
        self.line
    }
}

impl From<&Location<'_>> for Place {
    fn from(location: &Location<'_>) -> Self {
        Self { file: straight(Path::new(location.file())), line: location.line() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.line)
    }
}

/// Takes out each folder that the next part leaves again.
fn straight(path: &Path) -> PathBuf {
    let mut straight = PathBuf::new();
    for part in path.components() {
        match (part, straight.components().next_back()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                straight.pop();
            }
            _ => straight.push(part),
        }
    }
    straight
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[track_caller]
    fn check(path: &str, expected: &str) {
        assert_eq!(super::straight(Path::new(path)), Path::new(expected));
    }

    #[test]
    fn detours_are_left_out() {
        check("crates/aludel/../../examples/people.rs", "examples/people.rs");
        check("/home/./a/../b.rs", "/home/b.rs");
        check("../../b.rs", "../../b.rs");
        check("../a/../../b.rs", "../../b.rs");
        check("src/main.rs", "src/main.rs");
    }
}
