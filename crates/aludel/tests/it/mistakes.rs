//! Programs that must not compile, and what the user reads then: short, and the first line says it all.

use std::fs;
use std::path::{Path, PathBuf};

/// No message is longer than this many lines, and neither is all that is said of one mistake.
const LONGEST: usize = 19;

/// The files that are about several mistakes, and how many; one with `_many_` in its name may say as much as it likes.
const SEVERAL: [(&str, usize); 7] = [
    ("handler_path_of_other_frameworks", 4),
    ("model_shapes", 6),
    ("model_unsigned", 5),
    ("test_mistakes", 4),
    // No key and no column.
    ("model_key_is_no_key", 2),
    // One mistake each, of which the compiler says more than we can keep it from.
    ("mapper_unknown_field", 2),
    ("query_joins_conditions_by_and_and", 2),
];

#[test]
fn wrong_programs_read_well() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui")
}

/// How many of the lines say something.
fn lines(message: &str) -> usize {
    message.lines().filter(|line| !line.trim().is_empty()).count()
}

/// The longest message in a file of expected messages.
fn longest_message(expected: &Path) -> usize {
    let text = fs::read_to_string(expected).expect("the file of expected messages can be read");
    text.split("\n\n").map(lines).max().unwrap_or(0)
}

#[test]
fn messages_are_short() {
    let files = fs::read_dir(folder()).expect("the folder is there").map(|entry| entry.expect("it can be listed").path());
    let expected: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "stderr")).collect();
    assert!(expected.len() >= 50, "only {} files of expected messages", expected.len());
    let too_long: Vec<_> = expected.iter().map(|path| (path, longest_message(path))).filter(|(_, length)| *length > LONGEST).collect();
    assert!(too_long.is_empty(), "messages that are too long: {too_long:?}");
    let too_many: Vec<_> = expected.iter().filter(|path| lines_of(path) > LONGEST * mistakes(path)).collect();
    assert!(too_many.is_empty(), "one mistake, several messages: {too_many:?}");
}

/// How many lines all messages in a file have.
fn lines_of(expected: &Path) -> usize {
    lines(&fs::read_to_string(expected).expect("the file of expected messages can be read"))
}

/// How many mistakes a file is about.
fn mistakes(expected: &Path) -> usize {
    let name = expected.file_stem().and_then(|name| name.to_str()).expect("the names of the files are texts");
    let several = SEVERAL.iter().find(|(file, _)| *file == name).map(|(_, count)| *count);
    several.unwrap_or(if name.contains("_many_") { usize::from(u8::MAX) } else { 1 })
}

/// The whole of what the compiler says of one mistake: under twenty lines, and the first of them names the thing.
#[track_caller]
fn named(mistake: &str, thing: &str) {
    let text = fs::read_to_string(folder().join(mistake).with_extension("stderr")).expect("the file of expected messages can be read");
    let first = text.lines().next().unwrap_or_default();
    assert!(first.starts_with("error") && first.contains(thing), "the first line does not name `{thing}`: {first}");
    assert!(lines(&text) < 20, "{} lines:\n{text}", lines(&text));
}

#[test]
fn a_misspelt_column() {
    named("model_misspelt_column", "`nmae`");
    named("mapper_unknown_column", "`nmae`");
}

#[test]
fn a_wrong_operand() {
    named("model_wrong_operand", "a column of type `i64` cannot be compared with `&str`");
    named("query_compares_with_an_option", "`Option<String>`");
    named("query_compares_with_another_object", "`<Tag as Model>::Key == i64`");
    named("query_ordered_by_a_text", "`&str`");
    named("set_of_a_wrong_type", "a column of type `String` cannot be set to `{integer}`");
    named("set_of_an_option", "a column of type `String` cannot be set to `Option<String>`");
    named("set_of_a_borrowed_option", "`Option<&str>`");
}

#[test]
fn a_handler_argument_that_is_no_extractor() {
    named("handler_argument_is_no_extractor", "`Foo`");
    named("handler_first_argument_is_no_extractor", "`Foo`");
}

#[test]
fn a_handler_argument_that_does_not_do() {
    named("handler_parameter_of_an_own_type", "`Slug`");
    named("handler_parameter_is_borrowed", "`name: String`");
    named("handler_form_without_deserialize", "`Form<New>`");
}

#[test]
fn what_a_handler_cannot_return() {
    named("handler_returns_a_list", "Vec<Author>");
    named("json_without_serialize", "`&Vec<Person>`");
}

#[test]
fn a_missing_primary_key() {
    named("model_without_key", "`Person`");
    named("mapper_missing_key", "`Pair`");
}

#[test]
fn a_forgotten_mut() {
    named("query_forgets_mut", "`&aludel::Db`");
    named("query_forgets_mut_of_the_variable", "`db`");
}

#[test]
fn other_models_are_not_listed() {
    named("models_of_no_model", "`X`");
    named("models_of_no_model_among_others", "`X`");
}

#[test]
fn a_type_that_no_column_holds_is_one_error_a_field() {
    let text = fs::read_to_string(folder().join("model_unsigned.stderr")).expect("the file of expected messages can be read");
    assert_eq!(text.matches("error").count(), 5, "{text}");
}
