//! What the path of a request said: the values of its rule's parameters.

use std::str::FromStr;
use std::sync::Arc;

use http::request::Parts;

use crate::error::{Failure, NotFound};

use super::endpoint::PathValue;
use super::rule::Rule;

/// The matched values, in the order of the path; it stands in the request's extensions if there are any.
#[derive(Debug, Clone)]
pub(crate) struct PathParams {
    rule: Arc<Rule>,
    values: Vec<String>,
}

impl PathParams {
    pub(crate) fn new(rule: Arc<Rule>, values: Vec<String>) -> Self {
        Self { rule, values }
    }

    fn get(&self, name: &str) -> Option<&str> {
        let index = self.rule.names().position(|own| own == name)?;
        self.values.get(index).map(String::as_str)
    }
}

/// Reads the path parameter `name` of the matched rule, decoded.
///
/// # Errors
/// [`NotFound`] if the rule has no such parameter or its text does not parse as a `T`.
pub fn path_param<T: FromStr>(parts: &Parts, name: &str) -> Result<T, Failure> {
    read(parts, name, |text| text.parse().ok())
}

/// Reads the path parameter `name` as [`path_param`] does, for the code that the attribute macros make.
///
/// # Errors
/// As [`path_param`].
pub fn path_value<T: PathValue>(parts: &Parts, name: &str) -> Result<T, Failure> {
    read(parts, name, T::read)
}

fn read<T>(parts: &Parts, name: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, Failure> {
    let text = parts.extensions.get::<PathParams>().and_then(|params| params.get(name));
    let Some(text) = text else {
        return Err(NotFound::new(format!("the path has no parameter `{name}`")).into());
    };
    read(text).ok_or_else(|| NotFound::new(format!("the path parameter `{name}` cannot be read")).into())
}
