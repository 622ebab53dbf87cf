//! Addresses by an endpoint's name, for templates and whoever else knows names only, and the list that the
//! `routes` command prints.

use std::error::Error;
use std::fmt;

use super::escape;
use super::handler::Route;
use super::table::Table;

/// Why no address could be made for an endpoint's name.
#[derive(Debug, Clone)]
pub struct UrlError(String);

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for UrlError {}

impl UrlError {
    pub(crate) fn outside(endpoint: &str) -> Self {
        Self(format!("no request is being answered here, so that the application of `{endpoint}` is not known"))
    }

    fn unknown<'n>(endpoint: &str, known: impl Iterator<Item = &'n str>) -> Self {
        let nearest = known.min_by_key(|name| (distance(endpoint, name), name.len()));
        Self(match nearest {
            Some(name) => format!("no endpoint is called `{endpoint}`; did you mean `{name}`?"),
            None => format!("no endpoint is called `{endpoint}`; the application has no routes"),
        })
    }
}

impl Table {
    /// Makes the address of an endpoint by its name, for templates and other places that know names only.
    ///
    /// Arguments that are no parameter of the rule become the query, in the given order. Of several rules with one
    /// name the first is taken whose parameters are all given.
    ///
    /// # Errors
    /// An unknown name, with the nearest known one; missing arguments; a name that different handlers bear.
    pub fn url(&self, endpoint: &str, args: &[(&str, &str)]) -> Result<String, UrlError> {
        let numbers = self.names.get(endpoint).ok_or_else(|| UrlError::unknown(endpoint, self.names.keys().map(|name| &**name)))?;
        let given = |name: &str| args.iter().any(|(own, _)| *own == name);
        let mut fitting = numbers.iter().map(|&number| &self.entries[number]);
        let first = fitting.clone().find(|entry| entry.rule.names().all(given));
        let Some(entry) = first else {
            let rule = fitting.next().map_or("", |entry| entry.rule.text());
            return Err(UrlError(format!("the rule `{rule}` of `{endpoint}` needs more arguments than were given")));
        };
        if fitting.any(|other| other.route.kind() != entry.route.kind() && other.rule.names().all(given)) {
            return Err(UrlError(format!("several handlers are called `{endpoint}`; give one another name")));
        }
        let value = |name: &str| args.iter().find(|(own, _)| *own == name).map_or("", |(_, value)| *value);
        let mut url = entry.rule.url(entry.rule.names().map(value));
        for pair in args.iter().filter(|(name, _)| !entry.rule.names().any(|own| own == *name)) {
            escape::push_query(&mut url, *pair);
        }
        Ok(url)
    }
}

/// How many routes the debug page of a 404 names.
const NEARBY: usize = 5;

impl Table {
    /// Returns the routes whose rules look most like `path`.
    pub(crate) fn nearby(&self, path: &str) -> Vec<&Route> {
        let mut routes: Vec<&Route> = self.routes().collect();
        routes.sort_by_cached_key(|route| distance(path, route.rule()));
        routes.truncate(NEARBY);
        routes
    }
}

/// One line a route: methods, rule, endpoint, in columns.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |text: fn(&Route) -> &str| self.routes().map(|route| text(route).chars().count()).max().unwrap_or(0);
        let (methods, rules) = (width(|route| route.method()), width(|route| route.rule()));
        for route in self.routes() {
            writeln!(f, "{:methods$}  {:rules$}  {}", route.method(), route.rule(), route.endpoint())?;
        }
        Ok(())
    }
}

/// Counts the letters to insert, remove or change to make one text of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], above + 1);
        for (column, &own) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != own);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}
