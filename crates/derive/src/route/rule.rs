//! Reads the pattern of a path, by the grammar that the router reads it with when the application is built: what the
//! router would refuse then, the compiler refuses now.

use syn::ext::IdentExt;
use syn::parse::Parser;

/// A pattern's parameters, and what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct Rule {
    /// Each name once, in the order of the path.
    pub(super) names: Vec<String>,
    pub(super) mistakes: Vec<String>,
}

impl Rule {
    pub(super) fn parse(text: &str) -> Self {
        let mut rule = Self::default();
        let inner = text.strip_prefix('/').unwrap_or_else(|| {
            rule.mistake(format!("a path begins with `/`: write `\"/{text}\"`"));
            text
        });
        if text.contains(['?', '#']) {
            rule.mistake("a path has no `?` and no `#`: a query is read by an extractor");
        }
        let segments: Vec<&str> = inner.split('/').collect();
        let last = segments.len() - 1;
        for (index, segment) in segments.iter().enumerate() {
            match *segment {
                "" if index < last => rule.mistake("a path has no two slashes in a row: requests with them are redirected"),
                segment => rule.segment(segment, &segments[index + 1..]),
            }
        }
        rule
    }

    fn segment(&mut self, segment: &str, after: &[&str]) {
        if let Some((found, name, takes_rest)) = foreign(segment) {
            let star = if takes_rest { "*" } else { "" };
            self.mistake(format!("`{found}` is how other frameworks write a parameter: write `{{{star}{name}}}`"));
            // Known as the one that is meant, it leads to no further mistakes.
            self.names.extend((!self.names.iter().any(|other| other == name)).then(|| name.to_owned()));
            return;
        }
        let Some((prefix, rest)) = segment.split_once('{') else {
            if segment.contains('}') {
                self.mistake(format!("`{segment}` has a `}}` without its `{{`"));
            }
            return;
        };
        let Some((name, suffix)) = rest.split_once('}') else {
            return self.mistake(format!("`{segment}` has a `{{` without its `}}`"));
        };
        if suffix.contains(['{', '}']) || prefix.contains('}') {
            return self.mistake(format!("`{segment}` has more than one parameter: put a `/` between them"));
        }
        let (name, takes_rest) = name.strip_prefix('*').map_or((name, false), |name| (name, true));
        if takes_rest && !after.is_empty() {
            self.mistake(format!("`{{*{name}}}` takes the whole rest of the path: nothing may follow it"));
        }
        if takes_rest && !(prefix.is_empty() && suffix.is_empty()) {
            self.mistake(format!("`{{*{name}}}` stands alone between two slashes"));
        }
        self.name(name);
    }

    fn name(&mut self, name: &str) {
        if name.contains(':') || name.contains('<') {
            self.mistake(format!("`{{{name}}}`: the type of a parameter is that of the argument, the path has its name only"));
        } else if syn::Ident::parse_any.parse_str(name).is_err() {
            self.mistake(format!("`{{{name}}}` is no parameter: between the braces stands the name of an argument"));
        } else if self.names.iter().any(|other| other == name) {
            self.mistake(format!("the path has `{{{name}}}` twice"));
        } else {
            self.names.push(name.to_owned());
        }
    }

    fn mistake(&mut self, message: impl Into<String>) {
        self.mistakes.push(message.into());
    }
}

/// Finds a parameter as Flask, Express and older routers write it; returns it with its name, and whether it takes the whole
/// rest of the path.
fn foreign(segment: &str) -> Option<(&str, &str, bool)> {
    let (found, inside, takes_rest) = match segment.split_once('<').and_then(|(before, rest)| Some((before, rest.split_once('>')?.0))) {
        Some((before, inside)) => {
            let (kind, name) = inside.rsplit_once(':').unwrap_or(("", inside));
            (&segment[before.len()..before.len() + inside.len() + "<>".len()], name, kind == "path")
        }
        None if segment.starts_with('*') => (segment, &segment[1..], true),
        None => (segment, segment.strip_prefix(':')?, false),
    };
    let name = inside.split(|c: char| c != '_' && !c.is_alphanumeric()).next().unwrap_or_default();
    let fallback = if takes_rest { "rest" } else { "name" };
    Some((found, if syn::Ident::parse_any.parse_str(name).is_ok() { name } else { fallback }, takes_rest))
}
