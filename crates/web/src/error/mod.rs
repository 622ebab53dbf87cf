//! What a handler returns instead of a response: [`Failure`], the errors that the web side makes itself,
//! and the way a failure travels through axum's `IntoResponse` without losing its type.

mod carry;
mod failure;
mod kinds;
mod place;

pub use carry::{Reply, rejection, reply};
pub use failure::Failure;
pub use kinds::{Abandoned, BadRequest, BodyTimedOut, MethodNotAllowed, NotFound, Panicked, PayloadTooLarge, Rejected, TimedOut};
pub(crate) use place::Place;
