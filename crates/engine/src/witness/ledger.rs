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
pub struct Ledger {
    values: HashMap<[u8; PREFIX], Vec<Box<[u8]>>>,
    /// How many different values are kept.
    pub bound: u64,
    /// How many lines of the log were held against them.
    pub lines: u64,
    /// How many errors were.
    pub errors: u64,
}

/// A value that was said.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// The value, or its beginning.
    pub value: String,
}

impl Ledger {
    /// Notes the values of a statement; those that stand in its text themselves are names.
    pub fn bind(&mut self, values: &[Value<'_>], sql: impl Fn() -> Option<String>) {
        let mut written: Option<Option<String>> = None;
        for value in values {
            texts(value, &mut |text| {
                let text = &text[..text.len().min(LONGEST)];
                if self.bound as usize >= MOST || self.knows(text) {
                    return;
                }
                let written = written.get_or_insert_with(&sql);
                if written.as_ref().is_some_and(|sql| contains(sql.as_bytes(), text)) {
                    return;
                }
                self.keep(text);
            });
        }
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

    /// The first value that a text has in it.
    pub fn find(&self, text: &str) -> Option<Found> {
        let bytes = text.as_bytes();
        (0..bytes.len()).find_map(|at| {
            let rest = &bytes[at..];
            let known = self.values.get(rest.first_chunk()?)?.iter().find(|value| rest.starts_with(value))?;
            Some(Found { value: String::from_utf8_lossy(known).into_owned() })
        })
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
