//! Programs that must not compile, and what the user reads then: short, and the first line says it all.

use std::fs;
use std::path::{Path, PathBuf};

/// No message is longer than this many lines.
const LONGEST: usize = 30;

/// All but so few are shorter than twenty lines.
const MAY_BE_LONGER: usize = 4;

#[test]
fn wrong_programs_read_well() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

/// The longest message in a file of expected messages, in lines that say something.
fn longest_message(expected: &Path) -> usize {
    let text = fs::read_to_string(expected).expect("the file of expected messages can be read");
    let lines = |message: &str| message.lines().filter(|line| !line.trim().is_empty()).count();
    text.split("\n\n").map(lines).max().unwrap_or(0)
}

#[test]
fn messages_are_short() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let files = fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("it can be listed").path());
    let expected: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "stderr")).collect();
    assert!(expected.len() >= 40, "only {} files of expected messages", expected.len());
    let lengths: Vec<_> = expected.iter().map(|path| (path, longest_message(path))).collect();
    let over = |lines: usize| lengths.iter().filter(|(_, length)| *length >= lines).collect::<Vec<_>>();
    assert!(over(LONGEST + 1).is_empty(), "messages that are too long: {:?}", over(LONGEST + 1));
    assert!(over(20).len() <= MAY_BE_LONGER, "messages of twenty lines or more: {:?}", over(20));
}
