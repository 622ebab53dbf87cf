//! The tree that finds rules by path, one level for each segment. It visits **every** rule that fits, best first:
//! the visitor decides whether one will do, since a typed parameter or another method may refuse.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::escape::decode;
use super::rule::{Piece, Rule};

/// A segment's place in the tree. Each path visits a node at most once, so that a search takes no longer than the
/// tree is large, whatever the path.
#[derive(Debug, Default)]
pub(super) struct Node {
    texts: BTreeMap<Box<str>, Node>,
    /// Sorted by the length of what is fixed, longest first.
    affixed: Vec<Affixed>,
    any: Option<Box<Node>>,
    exact: Vec<usize>,
    slashed: Vec<usize>,
    rest: Vec<usize>,
}

#[derive(Debug)]
struct Affixed {
    prefix: Box<str>,
    suffix: Box<str>,
    node: Node,
}

/// How a rule fits the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// As it is.
    Exact,
    /// With a slash more at the path's end.
    ButForSlash,
}

/// The texts of the parameters so far, decoded.
pub(super) type Captured<'p> = Vec<Cow<'p, str>>;

/// Is shown each rule that fits, by the number it was inserted with, and ends the search when it breaks.
pub(super) type Visitor<'v, 'p> = dyn FnMut(usize, Fit, &Captured<'p>) -> ControlFlow<()> + 'v;

impl Node {
    /// Inserts a rule under a number; rules of equal shape are visited in the order that `rank` gives them.
    pub(super) fn insert<K: Ord>(&mut self, rule: &Rule, number: usize, rank: impl Fn(usize) -> K) {
        let mut node = self;
        for piece in &rule.pieces {
            node = match piece {
                Piece::Text(text) => node.texts.entry(text.clone()).or_default(),
                Piece::Param { prefix, suffix, .. } if prefix.is_empty() && suffix.is_empty() => node.any.get_or_insert_default(),
                Piece::Param { prefix, suffix, .. } => node.affixed(prefix, suffix),
                Piece::Rest { .. } => {
                    node.rest.push(number);
                    node.rest.sort_by_key(|&number| rank(number));
                    return;
                }
            };
        }
        let leaf = if rule.slash { &mut node.slashed } else { &mut node.exact };
        leaf.push(number);
        leaf.sort_by_key(|&number| rank(number));
    }

    fn affixed(&mut self, prefix: &str, suffix: &str) -> &mut Node {
        let fixed = |affixed: &Affixed| affixed.prefix.len() + affixed.suffix.len();
        let place = self.affixed.iter().position(|a| &*a.prefix == prefix && &*a.suffix == suffix);
        let place = place.unwrap_or_else(|| {
            let place = self.affixed.partition_point(|a| fixed(a) >= prefix.len() + suffix.len());
            self.affixed.insert(place, Affixed { prefix: prefix.into(), suffix: suffix.into(), node: Node::default() });
            place
        });
        &mut self.affixed[place].node
    }

    /// Shows every rule that fits `path`, which begins with a slash.
    pub(super) fn search<'p>(&self, path: &'p str, visit: &mut Visitor<'_, 'p>) {
        let Some(path) = path.strip_prefix('/') else { return };
        let _ = self.walk(path, &mut Vec::new(), visit);
    }

    /// Searches below this node; `path` is what follows the slash after this node's segment.
    fn walk<'p>(&self, path: &'p str, captured: &mut Captured<'p>, visit: &mut Visitor<'_, 'p>) -> ControlFlow<()> {
        if path.is_empty() {
            return show(&self.slashed, Fit::Exact, captured, visit);
        }
        let (raw, after) = match path.split_once('/') {
            Some((raw, after)) => (raw, Some(after)),
            None => (path, None),
        };
        if let Some(segment) = decode(raw)
            && !raw.is_empty()
        {
            self.step((segment, after), captured, visit)?;
        }
        self.take_rest(path, captured, visit)
    }

    /// Tries the ways that one segment can go on, the most certain first.
    fn step<'p>(
        &self,
        (segment, after): (Cow<'p, str>, Option<&'p str>),
        captured: &mut Captured<'p>,
        visit: &mut Visitor<'_, 'p>,
    ) -> ControlFlow<()> {
        if let Some(node) = self.texts.get(&*segment) {
            node.enter(after, captured, visit)?;
        }
        for Affixed { prefix, suffix, node } in &self.affixed {
            if let Some(text) = between(&segment, prefix, suffix) {
                captured.push(text);
                node.enter(after, captured, visit)?;
                captured.pop();
            }
        }
        if let Some(node) = &self.any {
            captured.push(segment);
            node.enter(after, captured, visit)?;
            captured.pop();
        }
        ControlFlow::Continue(())
    }

    /// Goes on behind this node's segment: the path ends here, or a slash follows.
    fn enter<'p>(&self, after: Option<&'p str>, captured: &mut Captured<'p>, visit: &mut Visitor<'_, 'p>) -> ControlFlow<()> {
        let Some(after) = after else {
            show(&self.exact, Fit::Exact, captured, visit)?;
            return show(&self.slashed, Fit::ButForSlash, captured, visit);
        };
        self.walk(after, captured, visit)
    }

    /// Gives all that is left of the path to the rules that take it: it may hold slashes but not begin with one.
    fn take_rest<'p>(&self, path: &'p str, captured: &mut Captured<'p>, visit: &mut Visitor<'_, 'p>) -> ControlFlow<()> {
        if self.rest.is_empty() || path.starts_with('/') {
            return ControlFlow::Continue(());
        }
        let Some(text) = decode(path) else { return ControlFlow::Continue(()) };
        captured.push(text);
        show(&self.rest, Fit::Exact, captured, visit)?;
        captured.pop();
        ControlFlow::Continue(())
    }
}

fn show<'p>(numbers: &[usize], fit: Fit, captured: &Captured<'p>, visit: &mut Visitor<'_, 'p>) -> ControlFlow<()> {
    numbers.iter().try_for_each(|&number| visit(number, fit, captured))
}

/// Returns what is between a prefix and a suffix, if both are there and something is between them.
fn between<'p>(segment: &Cow<'p, str>, prefix: &str, suffix: &str) -> Option<Cow<'p, str>> {
    let inner = |text: &str| text.strip_prefix(prefix)?.strip_suffix(suffix).filter(|text| !text.is_empty()).map(str::len);
    let end = prefix.len() + inner(segment)?;
    Some(match segment {
        Cow::Borrowed(text) => Cow::Borrowed(&text[prefix.len()..end]),
        Cow::Owned(text) => Cow::Owned(text[prefix.len()..end].to_owned()),
    })
}
