//! A raw statement, cut into text and named parameters.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::types::Target;
use crate::value::Value;

/// SQL as the user wrote it, its parameters bound by name.
#[derive(Clone, Debug, PartialEq)]
pub struct RawStatement {
    /// Text and parameters in turn.
    pub parts: Vec<Part>,
    /// The bound values, by name.
    pub binds: Vec<(Cow<'static, str>, Value<'static>)>,
    /// The parameters that are bound to objects without keys, which no statement can send.
    pub keyless: Vec<(Cow<'static, str>, Target)>,
    /// Whether the text holds a `?` outside of strings, quoted names and comments.
    pub has_question_mark: bool,
}

/// What a question mark in raw SQL is to a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuestionMarks {
    /// The place of a value; raw statements name theirs.
    Parameters,
    /// An operator.
    Operators,
}

/// A piece of a raw statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Text that is sent as it is.
    Text(Cow<'static, str>),
    /// A parameter, `:name`.
    Parameter(Cow<'static, str>),
}

impl RawStatement {
    /// Cuts the text. A colon in a string, a quoted name, a comment or a cast (`::`) starts no parameter.
    #[allow(clippy::ptr_arg, reason = "pieces of a borrowed text stay borrowed")]
    pub fn parse(sql: &Cow<'static, str>) -> Self {
        let mut parts = Vec::new();
        let (mut start, mut at, mut has_question_mark) = (0, 0, false);
        while at < sql.len() {
            let rest = &sql[at..];
            let name = parameter(rest, &sql[..at]);
            if name == 0 {
                has_question_mark |= rest.starts_with('?');
                at += skip(rest);
                continue;
            }
            parts.push(Part::Text(piece(sql, start, at)));
            parts.push(Part::Parameter(piece(sql, at + 1, at + 1 + name)));
            at += 1 + name;
            start = at;
        }
        parts.push(Part::Text(piece(sql, start, sql.len())));
        Self { parts, binds: Vec::new(), keyless: Vec::new(), has_question_mark }
    }

    /// The value bound to a parameter.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) if none is.
    pub fn bound(&self, name: &str) -> Result<&Value<'static>> {
        let bind = self.binds.iter().rev().find(|(known, _)| known == name);
        bind.map(|(_, value)| value).ok_or_else(|| {
            Error::usage(format!("the parameter `:{name}` of the statement has no value")).hint(format!("add `.bind(\"{name}\", value)`"))
        })
    }

    /// Checks that each bound value belongs to a parameter, and that each parameter has a name.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) naming the one that does not.
    pub fn check(&self, question_marks: QuestionMarks) -> Result {
        if self.has_question_mark && question_marks == QuestionMarks::Parameters {
            return Err(Error::usage("the statement has a parameter `?` without a name")
                .hint("write `:name` in its place, and bind the value by name: `.bind(\"name\", value)`"));
        }
        if let Some((name, target)) = self.keyless.first() {
            return Err(Error::usage(format!("the parameter `:{name}` is bound to a `{target}` that has no key yet"))
                .hint("flush first, and bind the key: `db[object].id`"));
        }
        let known = |name: &str| self.parts.iter().any(|part| matches!(part, Part::Parameter(known) if known == name));
        match self.binds.iter().find(|(name, _)| !known(name)) {
            None => Ok(()),
            Some((name, _)) => Err(Error::usage(format!("the statement has no parameter `:{name}` for the value bound to it"))),
        }
    }
}

#[allow(clippy::ptr_arg, reason = "a piece of a borrowed text stays borrowed")]
fn piece(sql: &Cow<'static, str>, from: usize, to: usize) -> Cow<'static, str> {
    match sql {
        Cow::Borrowed(sql) => Cow::Borrowed(&sql[from..to]),
        Cow::Owned(sql) => Cow::Owned(sql[from..to].to_owned()),
    }
}

/// The length of the parameter's name that `rest` starts with, or 0.
fn parameter(rest: &str, before: &str) -> usize {
    let Some(name) = rest.strip_prefix(':') else { return 0 };
    // A cast, `value::text`, and a slice, `a[1:2]`, are no parameters.
    if before.ends_with(|last: char| last == ':' || last.is_alphanumeric() || last == '_') {
        return 0;
    }
    match name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
        true => name.find(|next: char| !next.is_ascii_alphanumeric() && next != '_').unwrap_or(name.len()),
        false => 0,
    }
}

/// The length of what stands at the start of `rest` and holds no parameter: a string, a quoted name, a
/// comment or one character.
fn skip(rest: &str) -> usize {
    let end = |opening: usize, closing: &str| rest[opening..].find(closing).map_or(rest.len(), |at| opening + at + closing.len());
    match rest.as_bytes() {
        [b'\'', ..] => end(1, "'"),
        [b'"', ..] => end(1, "\""),
        [b'`', ..] => end(1, "`"),
        [b'-', b'-', ..] => end(2, "\n"),
        [b'/', b'*', ..] => end(2, "*/"),
        _ => rest.chars().next().map_or(rest.len(), char::len_utf8),
    }
}
