//! What the attribute macros make of a handler, and how its parameters are typed.

use std::any::TypeId;
use std::fmt::Display;
use std::str::FromStr;

use crate::error::Failure;
use crate::message::{BoxFuture, Request, Response};

/// What an endpoint gives back: a future of its response.
pub type Answer = BoxFuture<'static, Result<Response, Failure>>;

/// A handler with its rule, as `#[get("/people/{id}")]` makes it: a struct of the handler's name whose fields are the
/// path parameters.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no endpoint",
    label = "a function with `#[get(..)]`, `#[post(..)]` or another method above it is expected here"
)]
pub trait Endpoint: Sized + 'static {
    /// The method it answers, in capitals.
    const METHOD: &'static str;
    /// The rule it answers, without the prefix under which it may be mounted.
    const PATH: &'static str;
    /// Its name: the handler's.
    const NAME: &'static str;
    /// The parameters of the rule, in the order of the path.
    const PARAMS: &'static [Param];
    /// The file and line where it is written.
    const PLACE: Option<(&'static str, u32)> = None;

    /// Answers a request.
    fn call(request: Request) -> Answer;

    /// Returns the fields' values as text, in the order of `PARAMS`.
    fn args(&self) -> Vec<String>;
}

/// A parameter of a rule with the texts it accepts.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    pub(super) name: &'static str,
    pub(super) accepts: fn(&str) -> bool,
    pub(super) kind: TypeId,
}

impl Param {
    /// Makes the parameter `name` that accepts what parses as a `T`.
    ///
    /// A text that does not parse lets the next rule try; a path that no rule takes is answered with 404.
    #[must_use]
    pub const fn of<T: PathValue>(name: &'static str) -> Self {
        Self { name, accepts: parses::<T>, kind: TypeId::of::<T>() }
    }

    /// Says whether every text will do, so that there is no need to ask.
    pub(super) fn takes_all(&self) -> bool {
        self.kind == TypeId::of::<String>()
    }
}

fn parses<T: PathValue>(text: &str) -> bool {
    T::read(text).is_some()
}

/// A value that may stand in a path: every type that can be read from a text and written as one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a path parameter",
    label = "a path parameter is read by `FromStr` and written by `Display`"
)]
pub trait PathValue: Sized + Send + 'static {
    /// Reads the decoded text; none if it is no such value.
    fn read(text: &str) -> Option<Self>;

    /// Writes the value as text, not yet encoded.
    fn write(&self) -> String;
}

#[diagnostic::do_not_recommend]
impl<T: FromStr + Display + Send + 'static> PathValue for T {
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

/// An argument of `url_for!`: a `T`, or what is naturally written in its place (`"ann"` for a `String`).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value for a path parameter of type `{T}`",
    label = "the path parameter is a `{T}`"
)]
pub trait UrlArg<T> {
    /// Turns it into the parameter's type.
    fn arg(self) -> T;
}

impl<T> UrlArg<T> for T {
    fn arg(self) -> T {
        self
    }
}

impl UrlArg<String> for &str {
    fn arg(self) -> String {
        self.to_owned()
    }
}

impl UrlArg<String> for &String {
    fn arg(self) -> String {
        self.clone()
    }
}
