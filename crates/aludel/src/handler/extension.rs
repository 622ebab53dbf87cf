//! `Extension`: a value that the application gave to every request.

use std::any::{Any, type_name};
use std::fmt;
use std::ops::Deref;

use aludel_web::FromRequestParts;
use aludel_web::http::request::Parts;

use super::State;
use crate::error::{Error, Result};

/// A value of [`App::extension`](crate::App::extension), as an argument of a handler.
///
/// ```
/// use aludel::prelude::*;
///
/// #[derive(Clone)]
/// struct Motto(&'static str);
///
/// #[get("/")]
/// async fn index(motto: Extension<Motto>) -> &'static str {
///     motto.0.0
/// }
///
/// fn app() -> App {
///     App::new("motto").routes(routes![index]).extension(Motto("one flask"))
/// }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Extension<T>(pub T);

impl<T> Deref for Extension<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Any + Clone + Send + Sync> FromRequestParts<State> for Extension<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &State) -> Result<Self> {
        let value = parts.extensions.get::<T>().cloned();
        value.map(Self).ok_or_else(|| Error::unplaced(Missing(type_name::<T>())))
    }
}

/// The application has no such value.
#[derive(Debug)]
struct Missing(&'static str);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(name) = self;
        write!(f, "a handler asks for an `Extension<{name}>`, but the application has none: add `.extension(..)` to it")
    }
}

impl std::error::Error for Missing {}
