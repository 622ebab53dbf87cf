//! One Rust file as the rules see it: text, syntax tree, tokens, comments, and which of its lines are tests.
//! Parses once for all rules; judges nothing.

use std::ops::RangeInclusive;

use proc_macro2::TokenStream;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::syntax::{self, Token};

/// What a file is for; rules differ by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Part of a crate that users get.
    Product,
    /// `xtask` and `bench`.
    Tool,
    /// A program that shows how to use the product.
    Example,
    /// Exists in tests only.
    Test,
}

/// A parsed file.
pub(crate) struct Source {
    /// From the root of the tree, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) kind: Kind,
    pub(crate) file: syn::File,
    pub(crate) tokens: Vec<Token>,
    tests: Vec<RangeInclusive<usize>>,
}

impl Source {
    /// Parses `text`.
    ///
    /// # Errors
    /// The parser's message, if it is no Rust.
    pub(crate) fn parse(path: &str, text: &str) -> Result<Source, String> {
        let file = syn::parse_file(text).map_err(|error| error.to_string())?;
        let tokens = text.parse::<TokenStream>().map_err(|error| error.to_string())?;
        let mut tests = TestLines::default();
        tests.visit_file(&file);
        Ok(Source {
            path: path.to_owned(),
            text: text.to_owned(),
            kind: kind(path),
            file,
            tokens: syntax::flat(tokens),
            tests: tests.ranges,
        })
    }

    /// Tells whether nobody writes the file by hand.
    pub(crate) fn is_generated(&self) -> bool {
        self.text.starts_with("// @generated")
    }

    /// Tells whether `line` (from 1) exists in tests only.
    pub(crate) fn is_test(&self, line: usize) -> bool {
        self.kind == Kind::Test || self.tests.iter().any(|range| range.contains(&line))
    }

    /// Returns how many lines are no tests.
    pub(crate) fn lines_without_tests(&self) -> usize {
        (1..=self.text.lines().count()).filter(|line| !self.is_test(*line)).count()
    }

    /// Returns the text of `line` (from 1), without blanks around it; nothing outside the file.
    pub(crate) fn line(&self, line: usize) -> &str {
        line.checked_sub(1).and_then(|index| self.text.lines().nth(index)).map_or("", str::trim)
    }

    /// Returns the comments, doc comments too: line (from 1) and text.
    pub(crate) fn comments(&self) -> Vec<(usize, &str)> {
        let mut comments = Vec::new();
        let mut end = 0;
        for token in &self.tokens {
            let is_doc = self.text[token.bytes.clone()].starts_with("//") || self.text[token.bytes.clone()].starts_with("/*");
            let code = if is_doc { token.bytes.end } else { token.bytes.start };
            comments.extend(self.gap(end, code));
            end = end.max(token.bytes.end);
        }
        comments.extend(self.gap(end, self.text.len()));
        comments
    }

    /// Returns the lines between two tokens that are not blank: only comments stand there.
    fn gap(&self, from: usize, to: usize) -> Vec<(usize, &str)> {
        let Some(gap) = self.text.get(from..to) else { return Vec::new() };
        if gap.trim().is_empty() {
            return Vec::new();
        }
        let first = 1 + self.text[..from].matches('\n').count();
        let lines = gap.split('\n').enumerate().map(|(index, line)| (first + index, line.trim()));
        lines.filter(|(_, line)| !line.is_empty()).collect()
    }
}

fn kind(path: &str) -> Kind {
    let folders: Vec<&str> = path.split('/').collect();
    let is_in = |names: &[&str]| folders.iter().any(|folder| names.contains(folder));
    // The driver suite is tests that other crates run.
    if is_in(&["tests", "benches", "tests.rs", "driver-suite"]) {
        return Kind::Test;
    }
    match folders.first() {
        _ if is_in(&["examples"]) => Kind::Example,
        Some(&"xtask" | &"bench") => Kind::Tool,
        _ => Kind::Product,
    }
}

#[derive(Default)]
struct TestLines {
    ranges: Vec<RangeInclusive<usize>>,
}

impl TestLines {
    fn add(&mut self, node: &impl Spanned) {
        self.ranges.push(node.span().start().line..=node.span().end().line);
    }
}

impl<'ast> Visit<'ast> for TestLines {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if syntax::is_test_only(syntax::attributes(item)) {
            self.add(item);
        } else {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if syntax::is_test_only(&function.attrs) {
            self.add(function);
        } else {
            visit::visit_impl_item_fn(self, function);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn comments_are_found_and_strings_are_not() {
        let text = "//! Head.\nfn a() { // one\n    let s = \"// no\"; /* two\n    three */ }\n/// Four.\nfn b() {}\n// five";
        let source = Source::parse("crates/sql/src/a.rs", text).expect("the text is Rust");
        assert_eq!(source.comments(), [(1, "//! Head."), (2, "// one"), (3, "/* two"), (4, "three */"), (5, "/// Four."), (7, "// five")]);
    }

    #[test]
    fn tests_are_not_counted() {
        let text = "//! Head.\nfn a() {}\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn b() {}\n}\n";
        let source = Source::parse("crates/sql/src/a.rs", text).expect("the text is Rust");
        assert_eq!(source.lines_without_tests(), 2);
        assert!(source.is_test(6) && !source.is_test(2));
    }
}
