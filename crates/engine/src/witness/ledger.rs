//! `Ledger`: what was bound, what was said, and which of it says a value.

use std::collections::HashMap;

use aludel_sql::Value;

use super::values::{LONGEST, texts};

/// By so many of their first bytes values are looked up.
const PREFIX: usize = 8;
/// More values are not kept: a test that binds so many has bound others like them.
const MOST: usize = 200_000;

/// What was bound and what was said.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    values: HashMap<[u8; PREFIX], Vec<Box<[u8]>>>,
    /// How many different values are kept.
    pub(super) bound: u64,
    /// How many lines of the log were held against them.
    pub(super) lines: u64,
    /// How many errors were.
    pub(super) errors: u64,
}

impl Ledger {
    /// Notes the values of a statement; those that stand in its text themselves are names.
    pub(super) fn bind(&mut self, values: &[Value<'_>], sql: Option<&str>) {
        for value in values {
            texts(value, &mut |text| {
                let text = start(text);
                let is_name = || sql.is_some_and(|sql| contains(sql.as_bytes(), text));
                if !self.is_full() && !self.knows(text) && !is_name() {
                    self.keep(text);
                }
            });
        }
    }

    /// Whether one of these values is not known yet and would be kept.
    pub(super) fn has_new(&self, values: &[Value<'_>]) -> bool {
        let mut has_new = false;
        if !self.is_full() {
            values.iter().for_each(|value| texts(value, &mut |text| has_new |= !self.knows(start(text))));
        }
        has_new
    }

    fn is_full(&self) -> bool {
        self.bound as usize >= MOST
    }

    fn knows(&self, text: &[u8]) -> bool {
        text.first_chunk().and_then(|prefix| self.values.get(prefix)).is_some_and(|known| known.iter().any(|known| **known == *text))
    }

    fn keep(&mut self, text: &[u8]) {
        if let Some(prefix) = text.first_chunk() {
            self.values.entry(*prefix).or_default().push(text.into());
            self.bound += 1;
        }
    }

    /// The first value that a text has in it, or its beginning.
    pub(super) fn find(&self, text: &str) -> Option<String> {
        let bytes = text.as_bytes();
        (0..bytes.len()).find_map(|at| {
            let rest = &bytes[at..];
            let known = self.values.get(rest.first_chunk()?)?.iter().find(|value| rest.starts_with(value))?;
            Some(String::from_utf8_lossy(known).into_owned())
        })
    }
}

fn start(text: &[u8]) -> &[u8] {
    &text[..text.len().min(LONGEST)]
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
