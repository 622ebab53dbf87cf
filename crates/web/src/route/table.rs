//! All routes of an application: built once with all mistakes reported, asked for each request.
//! Decides between handler, redirect, 405, automatic `OPTIONS` and nothing; answers none of them itself.

use std::any::TypeId;
use std::borrow::Cow;
use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use http::{Method, Uri};

use super::endpoint::Param;
use super::escape;
use super::handler::Route;
use super::rule::Rule;
use super::tree::{Captured, Fit, Node};

/// The routes of an application.
///
/// Displayed, it is a list of methods, rules and endpoints.
#[derive(Debug, Default)]
pub struct Table {
    pub(super) entries: Vec<Entry>,
    tree: Node,
    kinds: HashMap<TypeId, usize>,
    pub(super) names: HashMap<Arc<str>, Vec<usize>>,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) route: Route,
    pub(super) rule: Arc<Rule>,
    method: Method,
    /// For each parameter in the order of the path, its type; none for a route without types.
    params: Vec<Option<Param>>,
}

/// What a path and a method lead to.
#[derive(Debug)]
pub(crate) enum Found<'t> {
    /// A handler by its number, with the rule and the values of its parameters.
    Route { number: usize, route: &'t Route, rule: &'t Arc<Rule>, values: Vec<String> },
    /// Another address, with the query.
    Redirect(String),
    /// The path is known, this method is not; the methods that are.
    NotAllowed(String),
    /// An `OPTIONS` that no handler wants; the methods that are known.
    Options(String),
    /// Nothing.
    Nothing,
}

/// What is wrong with the routes of an application: every mistake, a line each.
#[derive(Debug, Clone)]
pub struct TableError {
    mistakes: Vec<String>,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mistakes.join("\n"))
    }
}

impl Error for TableError {}

impl Table {
    /// Builds the table.
    ///
    /// # Errors
    /// All rules that cannot be read, and all routes of the same method and shape, with their endpoints and places.
    pub fn new(routes: impl IntoIterator<Item = Route>) -> Result<Self, TableError> {
        let mut table = Self::default();
        let mut mistakes = Vec::new();
        for route in routes {
            if let Err(mistake) = table.add(route) {
                mistakes.push(mistake);
            }
        }
        if mistakes.is_empty() { Ok(table) } else { Err(TableError { mistakes }) }
    }

    fn add(&mut self, route: Route) -> Result<(), String> {
        let entry = Entry::new(route)?;
        if let Some(other) = self.entries.iter().find(|other| other.is_equal(&entry)) {
            let (method, rule) = (&entry.method, entry.rule.text());
            let (ours, theirs) = (described(&entry.route), described(&other.route));
            return Err(format!("{ours} and {theirs} both answer `{method} {rule}`"));
        }
        let number = self.entries.len();
        if let Some(kind) = entry.route.kind() {
            self.kinds.entry(kind).or_insert(number);
        }
        self.names.entry(entry.route.endpoint_name().clone()).or_default().push(number);
        self.entries.push(entry);
        let Self { entries, tree, .. } = self;
        tree.insert(&entries[number].rule, number, |number| entries[number].rank());
        Ok(())
    }

    /// Returns all routes in the order in which they were added.
    pub fn routes(&self) -> impl Iterator<Item = &Route> {
        self.entries.iter().map(|entry| &entry.route)
    }

    /// Returns the route of a number that was [found](Found::Route).
    pub(crate) fn route(&self, number: usize) -> Option<&Route> {
        self.entries.get(number).map(|entry| &entry.route)
    }

    /// Returns the rule under which an endpoint stands, with its prefix.
    pub(crate) fn rule_of(&self, kind: TypeId) -> Option<&Rule> {
        self.kinds.get(&kind).map(|&number| &*self.entries[number].rule)
    }

    /// Finds what answers a request.
    pub(crate) fn find(&self, method: &Method, uri: &Uri) -> Found<'_> {
        let path = uri.path();
        match self.find_path(method, path) {
            Found::Nothing if path.contains("//") => self.find_merged(method, uri),
            Found::Redirect(to) => Found::Redirect(with_query(to, uri)),
            found => found,
        }
    }

    fn find_merged(&self, method: &Method, uri: &Uri) -> Found<'_> {
        let path = escape::merge_slashes(uri.path());
        match self.find_path(method, &path) {
            Found::Route { .. } => Found::Redirect(with_query(escape::normal(&path), uri)),
            Found::Redirect(to) => Found::Redirect(with_query(to, uri)),
            found => found,
        }
    }

    fn find_path(&self, method: &Method, path: &str) -> Found<'_> {
        let mut hit: Option<(usize, Fit, Vec<String>)> = None;
        let mut allowed = Vec::new();
        self.tree.search(path, &mut |number, fit, captured| {
            let entry = &self.entries[number];
            if !entry.accepts(captured) {
                return ControlFlow::Continue(());
            }
            if !entry.answers(method) {
                allowed.push(&entry.method);
                return ControlFlow::Continue(());
            }
            hit = Some((number, fit, captured.iter().map(|text| text.to_string()).collect()));
            ControlFlow::Break(())
        });
        match hit {
            Some((number, Fit::Exact, values)) => {
                let Entry { route, rule, .. } = &self.entries[number];
                Found::Route { number, route, rule, values }
            }
            Some((_, Fit::ButForSlash, _)) => Found::Redirect(escape::normal(path) + "/"),
            None if allowed.is_empty() => Found::Nothing,
            None if method == Method::OPTIONS => Found::Options(allow(&allowed)),
            None => Found::NotAllowed(allow(&allowed)),
        }
    }
}

impl Entry {
    fn new(route: Route) -> Result<Self, String> {
        let what = || format!("the rule `{}` of {}", route.rule(), described(&route));
        let rule = Rule::parse(route.rule()).map_err(|error| format!("{} {error}", what()))?;
        let Some(method) = route.http_method().cloned() else {
            return Err(format!("{} answers `{}`, which is no method", what(), route.method()));
        };
        let params: Vec<Option<Param>> = match route.params() {
            None => rule.names().map(|_| None).collect(),
            Some(params) if params.iter().map(|param| param.name).eq(rule.names()) => params.iter().copied().map(Some).collect(),
            Some(_) => return Err(format!("{} has a parameter that its handler has not: a prefix may have none", what())),
        };
        Ok(Self { rule: Arc::new(rule), method, params, route })
    }

    /// Orders rules of one shape: typed parameters before those that take every text, else as they were added.
    /// A handler of its own for `HEAD` comes before the `GET` that would answer in its place.
    fn rank(&self) -> (Vec<bool>, bool) {
        (self.params.iter().map(|param| param.is_none_or(|param| param.takes_all())).collect(), self.method != Method::HEAD)
    }

    /// Says whether no request could tell the two apart.
    fn is_equal(&self, other: &Self) -> bool {
        let kinds = |entry: &Self| -> Vec<TypeId> {
            entry.params.iter().map(|param| param.map_or(TypeId::of::<String>(), |param| param.kind)).collect()
        };
        self.method == other.method && self.rule.has_shape_of(&other.rule) && kinds(self) == kinds(other)
    }

    fn accepts(&self, captured: &Captured<'_>) -> bool {
        let refuses =
            |(param, text): (&Option<Param>, &Cow<'_, str>)| param.is_some_and(|param| !param.takes_all() && !(param.accepts)(text));
        !self.params.iter().zip(captured).any(refuses)
    }

    fn answers(&self, method: &Method) -> bool {
        self.method == method || (self.method == Method::GET && method == Method::HEAD)
    }
}

/// Joins methods as `Allow` has them, with those that are answered without a handler.
fn allow(methods: &[&Method]) -> String {
    let mut names: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
    if names.contains(&"GET") {
        names.push("HEAD");
    }
    names.push("OPTIONS");
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}

fn with_query(mut path: String, uri: &Uri) -> String {
    if let Some(query) = uri.query() {
        path.push('?');
        path.push_str(query);
    }
    path
}

fn described(route: &Route) -> String {
    match route.place() {
        Some((file, line)) => format!("`{}` ({file}:{line})", route.endpoint()),
        None => format!("`{}`", route.endpoint()),
    }
}
