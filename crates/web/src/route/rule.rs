//! One rule: the pattern of a path such as `/people/{id}/notes/{*rest}`, read once, written as an address often.
//! Knows no handlers; finding rules is `tree`'s work.

use std::borrow::Cow;
use std::fmt;

use super::escape;

/// A pattern of paths.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    text: String,
    pub(super) pieces: Vec<Piece>,
    /// Whether the pattern ends in a slash.
    pub(super) slash: bool,
}

/// One segment of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text that stands for itself.
    Text(Box<str>),
    /// One segment, or what is between a prefix and a suffix of it.
    Param { prefix: Box<str>, name: Box<str>, suffix: Box<str> },
    /// All the rest of the path.
    Rest { name: Box<str> },
}

/// Why a rule cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RuleError(Cow<'static, str>);

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl RuleError {
    const fn new(why: &'static str) -> Self {
        Self(Cow::Borrowed(why))
    }
}

impl Rule {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence's end: "must begin with `/`".
    pub(crate) fn parse(text: &str) -> Result<Self, RuleError> {
        let Some(inner) = text.strip_prefix('/') else { return Err(RuleError::new("must begin with `/`")) };
        let slash = inner.is_empty() || inner.ends_with('/');
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        let mut pieces = Vec::new();
        for segment in inner.split('/').take(if inner.is_empty() { 0 } else { usize::MAX }) {
            if matches!(pieces.last(), Some(Piece::Rest { .. })) {
                return Err(RuleError::new("may have `{*rest}` at its end only"));
            }
            pieces.push(Piece::parse(segment)?);
        }
        if slash && matches!(pieces.last(), Some(Piece::Rest { .. })) {
            return Err(RuleError::new("may not have a slash after `{*rest}`, which takes slashes itself"));
        }
        let rule = Self { text: text.to_owned(), pieces, slash };
        rule.check_names()?;
        Ok(rule)
    }

    fn check_names(&self) -> Result<(), RuleError> {
        let names: Vec<&str> = self.names().collect();
        let twice = names.iter().enumerate().any(|(index, name)| names[..index].contains(name));
        if twice { Err(RuleError::new("names a parameter twice")) } else { Ok(()) }
    }

    /// Returns the pattern as it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Says whether both fit the same paths, whatever their parameters are called.
    pub(super) fn has_shape_of(&self, other: &Self) -> bool {
        let shapes = self.pieces.len() == other.pieces.len() && self.slash == other.slash;
        shapes && self.pieces.iter().zip(&other.pieces).all(|(one, other)| one.shape() == other.shape())
    }

    /// Returns the parameters' names, in the order of the path.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Param { name, .. } | Piece::Rest { name } => Some(&**name),
        })
    }

    /// Writes the address that has these values for the parameters, in the order of the path.
    pub(crate) fn url<'v>(&self, values: impl IntoIterator<Item = &'v str>) -> String {
        let mut values = values.into_iter();
        let mut url = String::with_capacity(self.text.len() + 16);
        for piece in &self.pieces {
            url.push('/');
            match piece {
                Piece::Text(text) => escape::push_segment(&mut url, text),
                Piece::Param { prefix, suffix, .. } => {
                    escape::push_segment(&mut url, prefix);
                    escape::push_segment(&mut url, values.next().unwrap_or_default());
                    escape::push_segment(&mut url, suffix);
                }
                Piece::Rest { .. } => escape::push_segments(&mut url, values.next().unwrap_or_default()),
            }
        }
        if self.slash {
            url.push('/');
        }
        // An empty first value would leave `//`, after which a browser expects a host.
        if url.starts_with("//") { format!("/.{url}") } else { url }
    }
}

impl Piece {
    fn parse(segment: &str) -> Result<Self, RuleError> {
        if let Some(foreign) = foreign(segment) {
            return Err(RuleError(Cow::Owned(format!("has `{foreign}`, which is no parameter here: write `{{name}}`, or `{{*rest}}`"))));
        }
        let Some((prefix, rest)) = segment.split_once('{') else { return Self::text(segment) };
        let Some((name, suffix)) = rest.split_once('}') else {
            return Err(RuleError::new("has a `{` without its `}`"));
        };
        if suffix.contains(['{', '}']) || prefix.contains('}') {
            return Err(RuleError::new("may have one parameter between two slashes"));
        }
        match name.strip_prefix('*') {
            Some(_) if !prefix.is_empty() || !suffix.is_empty() => {
                Err(RuleError::new("may have nothing beside `{*rest}` between two slashes"))
            }
            Some(name) => Ok(Self::Rest { name: checked(name)? }),
            None => Ok(Self::Param { prefix: prefix.into(), name: checked(name)?, suffix: suffix.into() }),
        }
    }

    /// Returns the piece without its parameter's name: kind, fixed beginning, fixed end.
    fn shape(&self) -> (u8, &str, &str) {
        match self {
            Self::Text(text) => (0, text, ""),
            Self::Param { prefix, suffix, .. } => (1, prefix, suffix),
            Self::Rest { .. } => (2, "", ""),
        }
    }

    fn text(segment: &str) -> Result<Self, RuleError> {
        match segment {
            "" => Err(RuleError::new("may not have two slashes in a row")),
            _ if segment.contains('}') => Err(RuleError::new("has a `}` without its `{`")),
            _ => Ok(Self::Text(segment.into())),
        }
    }
}

/// Finds a parameter as Flask, Express and older routers write it. Taken for text, it would match no request that is meant.
fn foreign(segment: &str) -> Option<&str> {
    let angled = segment.find('<').map(|start| &segment[start..]).and_then(|from| Some(&from[..=from.find('>')?]));
    angled.or_else(|| segment.starts_with([':', '*']).then_some(segment))
}

fn checked(name: &str) -> Result<Box<str>, RuleError> {
    let mut chars = name.chars();
    let begins = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic());
    if begins && chars.all(|c| c == '_' || c.is_alphanumeric()) {
        Ok(name.into())
    } else {
        Err(RuleError::new("has a parameter whose name is no identifier"))
    }
}
