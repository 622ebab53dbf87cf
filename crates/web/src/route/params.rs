//! What the path of a request said: the values of its rule's parameters.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use http::Extensions;
use http::request::Parts;

use crate::error::{Failure, NotFound};

use super::endpoint::{Param, PathValue};
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
    read(&parts.extensions, name, |text| text.parse().ok())
}

/// A parameter of a rule with the type of a handler's argument, for the code that the attribute macros make.
///
/// What is asked of the type is asked in [`of`](TypedParam::of) alone, so that a type which will not do is one error.
pub struct TypedParam<T> {
    param: Param,
    read: fn(&str) -> Option<T>,
    write: fn(&T) -> String,
}

impl<T> TypedParam<T> {
    /// Makes the parameter `name`; see [`Param::of`].
    #[must_use]
    pub const fn of(name: &'static str) -> Self
    where
        T: PathValue,
    {
        Self { param: Param::of::<T>(name), read: T::read, write: T::write }
    }

    /// Returns it without its type.
    #[must_use]
    pub const fn param(&self) -> Param {
        self.param
    }

    /// Reads its value from a request's extensions, as [`path_param`] does.
    ///
    /// # Errors
    /// As [`path_param`].
    pub fn read(&self, extensions: &Extensions) -> Result<T, Failure> {
        read(extensions, self.param.name, self.read)
    }

    /// Writes a value as text, not yet encoded.
    pub fn write(&self, value: &T) -> String {
        (self.write)(value)
    }
}

impl<T> fmt::Debug for TypedParam<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TypedParam({})", self.param.name)
    }
}

fn read<T>(extensions: &Extensions, name: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, Failure> {
    let text = extensions.get::<PathParams>().and_then(|params| params.get(name));
    let Some(text) = text else {
        return Err(NotFound::new(format!("the path has no parameter `{name}`")).into());
    };
    read(text).ok_or_else(|| NotFound::new(format!("the path parameter `{name}` cannot be read")).into())
}
