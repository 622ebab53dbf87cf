//! `Error`: what `?` makes of any library's error in a handler or a program. It keeps the line where that happened,
//! if that is a line of the program.

use std::error::Error as StdError;
use std::fmt;
use std::panic::Location;

/// The result of handlers and programs.
pub type Result<T = (), E = Error> = std::result::Result<T, E>;

/// Any error, with the line where `?` met it.
///
/// In a handler it reaches the error handlers of the application as the type that it was; unhandled, it is a 500, logged
/// once, and in a debug build a page.
pub struct Error(Box<Inner>);

struct Inner {
    source: Box<dyn StdError + Send + Sync>,
    location: Option<&'static Location<'static>>,
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    #[track_caller]
    fn from(error: E) -> Self {
        Self(Box::new(Inner { source: Box::new(error), location: Some(Location::caller()) }))
    }
}

impl Error {
    /// Wraps an error that no line of the program is to blame for; a line of this library would help nobody.
    #[cfg(feature = "web")]
    pub(crate) fn unplaced(error: impl StdError + Send + Sync + 'static) -> Self {
        Self(Box::new(Inner { source: Box::new(error), location: None }))
    }

    /// The error as what it was.
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        self.0.source.downcast_ref()
    }

    /// The error that it was.
    pub fn source(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.0.source
    }

    /// The line of the `?` that met it; none for an error that this library met, as at the start of an application.
    pub fn location(&self) -> Option<&'static Location<'static>> {
        self.0.location
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.source.fmt(f)
    }
}

/// The whole of it, a line each: what `fn main() -> Result` prints.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.downcast_ref::<aludel_sql::Error>() {
            Some(error) => write!(f, "{error:?}")?,
            None => {
                write!(f, "{self}")?;
                let mut cause = self.0.source.source();
                while let Some(error) = cause {
                    write!(f, "\n  cause: {error}")?;
                    cause = error.source();
                }
            }
        }
        match self.0.location {
            Some(location) => write!(f, "\n  at: {location}"),
            None => Ok(()),
        }
    }
}

#[cfg(feature = "web")]
pub use web::{NotFound, OrNotFound};

#[cfg(feature = "web")]
mod web {
    //! The error as an answer, and `or_404`.

    use super::Error;
    use aludel_web::{Failure, IntoResponse, Response};

    pub use aludel_web::NotFound;

    impl From<Error> for Failure {
        fn from(error: Error) -> Self {
            let inner = *error.0;
            Failure::new(inner.source, inner.location)
        }
    }

    impl IntoResponse for Error {
        fn into_response(self) -> Response {
            Failure::from(self).into_response()
        }
    }

    /// `or_404`: nothing found is the answer 404.
    pub trait OrNotFound<T> {
        /// The value, or a [`NotFound`].
        ///
        /// # Errors
        /// [`NotFound`] if there is none.
        fn or_404(self) -> super::Result<T>;
    }

    impl<T> OrNotFound<T> for Option<T> {
        #[track_caller]
        fn or_404(self) -> super::Result<T> {
            match self {
                Some(value) => Ok(value),
                None => Err(NotFound::new("nothing was found").into()),
            }
        }
    }
}
