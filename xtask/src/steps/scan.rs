//! The scan that follows the tests: no line of the log and no error of theirs says a value that a statement was given. The test
//! programs hold the ones against the others themselves (`crates/engine/src/witness`); this reads what they have left.

use std::fmt;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{self, Outcome};

/// The variable that names the folder.
const FOLDER: &str = "ALUDEL_WITNESS";
/// So many finds are shown.
const SHOWN: usize = 20;

/// A folder for what the test programs of one run leave.
pub(super) struct Scan(PathBuf);

/// What they left.
#[derive(Debug, Default, PartialEq, Eq)]
struct Left {
    processes: u64,
    bound: u64,
    lines: u64,
    errors: u64,
    /// How many lines or errors say a value.
    found: u64,
    /// The first of them.
    shown: Vec<String>,
}

impl Scan {
    /// Empties the folder, and tells a command of it.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub(super) fn begin(command: &mut Command) -> Outcome<Self> {
        let folder = shell::target_dir().join("witness");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        command.env(FOLDER, &folder);
        Ok(Self(folder))
    }

    /// Reads what was left.
    ///
    /// # Errors
    /// If a value was said, or if nothing was scanned.
    pub(super) fn end(self) -> Outcome {
        let left = Left::read(&self.0)?;
        println!("\nscan: {left}");
        if left.found > 0 {
            return Err(format!("{} lines or errors say a value of a statement:\n{}", left.found, left.shown.join("\n")).into());
        }
        match [left.processes, left.bound, left.lines, left.errors].contains(&0) {
            false => Ok(()),
            true => Err("nothing was scanned: is the feature `witness` of the engine in the tests?".into()),
        }
    }
}

impl Left {
    fn read(folder: &Path) -> Outcome<Self> {
        let mut left = Self::default();
        for entry in fs::read_dir(folder)? {
            left.add(BufReader::new(fs::File::open(entry?.path())?))?;
        }
        Ok(left)
    }

    /// Adds what one process has left; of its counts the last ones.
    fn add(&mut self, told: impl BufRead) -> Outcome {
        self.processes += 1;
        let mut counts = [0; 3];
        for line in told.lines() {
            match line?.split_once(' ') {
                Some(("found", found)) => {
                    self.found += 1;
                    self.shown.extend((self.shown.len() < SHOWN).then(|| found.to_owned()));
                }
                Some(("counted", counted)) => {
                    counts.iter_mut().zip(counted.split(' ')).for_each(|(count, told)| *count = told.parse().unwrap_or(0));
                }
                _ => {}
            }
        }
        self.bound += counts[0];
        self.lines += counts[1];
        self.errors += counts[2];
        Ok(())
    }
}

/// At least so many: a process counts what it has seen at each doubling.
impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { processes, bound, lines, errors, found, .. } = self;
        write!(
            f,
            "in {processes} test programs at least {lines} lines of the log and {errors} errors, \
             held against {bound} values of statements: {found} of them said"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Left;

    #[test]
    fn counts_and_finds_are_added_up() {
        let mut left = Left::default();
        for told in ["counted 1 2 0\ncounted 3 4 1\n", "counted 2 1 0\nfound log \"a value\" in \"a line\"\n", ""] {
            left.add(told.as_bytes()).expect("lines");
        }
        let shown = vec!["log \"a value\" in \"a line\"".to_owned()];
        assert_eq!(left, Left { processes: 3, bound: 5, lines: 5, errors: 1, found: 1, shown });
    }
}
