//! One word that holds any error, the line of the `?` it came through, and the status it answers with.
//! Made for `Result<T, Failure>` in handlers; knows nothing of requests or pages.

use std::error::Error;
use std::fmt;
use std::panic::Location;

use http::StatusCode;

use super::kinds::{Panicked, status_of};
use super::place::Place;

/// What a handler returns instead of a response: any error, made by `?`.
///
/// It is one word wide and remembers the line of the `?`. It is not an [`Error`] itself, since it converts from
/// every error; [`error`](Failure::error) is the error within.
///
/// ```
/// use aludel_web::Failure;
///
/// fn parse(text: &str) -> Result<i64, Failure> {
///     Ok(text.parse::<i64>()?)
/// }
///
/// let failure = parse("x").unwrap_err();
/// assert!(failure.is::<std::num::ParseIntError>());
/// assert!(failure.location().is_some());
/// ```
pub struct Failure(Box<Inner>);

struct Inner {
    error: Box<dyn Error + Send + Sync>,
    location: Option<&'static Location<'static>>,
    status: Option<StatusCode>,
}

/// What is left of a failure whose error was handed out: what the next one takes over if the error comes back.
pub(crate) struct Origin {
    location: Option<&'static Location<'static>>,
    status: Option<StatusCode>,
}

impl Failure {
    /// Wraps an error that is boxed already, with the place it is to be blamed on.
    #[must_use]
    pub fn new(error: Box<dyn Error + Send + Sync>, location: Option<&'static Location<'static>>) -> Self {
        Self(Box::new(Inner { error, location, status: None }))
    }

    /// Sets the status it answers with, whatever its error says.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Returns the status it answers with.
    ///
    /// It is the one set by [`with_status`](Failure::with_status), else that of the first error in the chain of
    /// sources that is one of this crate's ([`NotFound`](crate::NotFound) and so on), else 500.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.own_status().unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Returns the status that was set or that its error names, and none for an error that says nothing of HTTP.
    pub(crate) fn own_status(&self) -> Option<StatusCode> {
        self.0.status.or_else(|| self.chain().find_map(status_of))
    }

    /// Returns the error within.
    #[must_use]
    pub fn error(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.0.error
    }

    /// Returns the line of the `?` that made it, if it was made by one.
    #[must_use]
    pub fn location(&self) -> Option<&'static Location<'static>> {
        self.0.location
    }

    /// Returns the line that it is to be blamed on: that of the `?`, or that of the panic.
    pub(crate) fn place(&self) -> Option<Place> {
        let panicked = || self.downcast_ref().and_then(|panicked: &Panicked| panicked.place.clone());
        self.0.location.map(Place::from).or_else(panicked)
    }

    /// Walks over the error and its sources, outermost first.
    pub fn chain<'a>(&'a self) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
        let outermost: &'a (dyn Error + 'static) = self.error();
        std::iter::successors(Some(outermost), |&error| error.source())
    }

    /// Says whether the error within is an `E`.
    #[must_use]
    pub fn is<E: Error + 'static>(&self) -> bool {
        self.0.error.is::<E>()
    }

    /// Returns the error within if it is an `E`.
    #[must_use]
    pub fn downcast_ref<E: Error + 'static>(&self) -> Option<&E> {
        self.0.error.downcast_ref()
    }

    /// Takes the error out if it is an `E`.
    ///
    /// # Errors
    /// The failure as it was, if it holds another type.
    pub fn downcast<E: Error + 'static>(self) -> Result<E, Self> {
        self.hand_out().map(|(error, _)| error)
    }

    /// As [`downcast`](Failure::downcast), with what is left.
    pub(crate) fn hand_out<E: Error + 'static>(self) -> Result<(E, Origin), Self> {
        let Inner { error, location, status } = *self.0;
        match error.downcast::<E>() {
            Ok(error) => Ok((*error, Origin { location, status })),
            Err(error) => Err(Self(Box::new(Inner { error, location, status }))),
        }
    }

    /// Blames the place that the error came from at first, not the one that passed it on.
    pub(crate) fn passed_on(mut self, origin: &Origin) -> Self {
        self.0.location = origin.location;
        self.0.status = self.0.status.or(origin.status);
        self
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    #[track_caller]
    fn from(error: E) -> Self {
        Self::new(Box::new(error), Some(Location::caller()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.error.fmt(f)
    }
}

/// Prints what a person needs who sees it at the end of `main`: the error, its sources, the line.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.error)?;
        for source in self.chain().skip(1) {
            write!(f, "\n  because: {source}")?;
        }
        match self.place() {
            Some(place) => write!(f, "\n  at {place}"),
            None => Ok(()),
        }
    }
}
