//! The extractors of a handler's arguments, as the route macros call them: an axum extractor is one, unless it needs axum's router.

use std::future::Future;

use aludel_web::http::request::Parts;
use aludel_web::{Failure, FromRequest, FromRequestParts, IntoResponse, Request, rejection};

use super::State;
use super::db::RequestSession;

/// What can be an argument of a handler without the request's body.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a handler",
    label = "no path parameter has this name, and the type is no extractor",
    note = "name it in the path, as in `#[get(\"/people/{{name}}\")]`, or use an extractor such as `Db`, `Engine` or one of axum's",
    note = "`Form<T>`, `Query<T>` and `Json<T>` are extractors if `T` has `#[derive(serde::Deserialize)]`"
)]
pub trait Extract: Sized + Send {
    /// Takes it from the request.
    fn take(parts: &mut Parts, state: &State) -> impl Future<Output = Result<Self, Failure>> + Send;
}

#[diagnostic::do_not_recommend]
impl<T: FromRequestParts<State> + Send> Extract for T {
    async fn take(parts: &mut Parts, state: &State) -> Result<Self, Failure> {
        let refused = match T::from_request_parts(parts, state).await {
            Ok(value) => return Ok(value),
            Err(refused) => refused.into_response(),
        };
        Err(rejection(refused).await)
    }
}

/// What can be the argument of a handler that is taken last, and may take the body.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a handler",
    label = "no path parameter has this name, and the type is no extractor",
    note = "name it in the path, as in `#[get(\"/people/{{name}}\")]`, or use an extractor such as `Db`, `Engine` or one of axum's",
    note = "`Form<T>`, `Query<T>` and `Json<T>` are extractors if `T` has `#[derive(serde::Deserialize)]`"
)]
pub trait ExtractLast<Via>: Sized + Send {
    /// Takes it from the request.
    fn take_last(request: Request, state: State) -> impl Future<Output = Result<Self, Failure>> + Send;
}

/// Marks those that need no more than the head.
#[derive(Debug)]
pub enum Head {}

/// Marks those that take the body.
#[derive(Debug)]
pub enum Whole {}

#[diagnostic::do_not_recommend]
impl<T: FromRequestParts<State> + Send> ExtractLast<Head> for T {
    async fn take_last(request: Request, state: State) -> Result<Self, Failure> {
        let (mut parts, _body) = request.into_parts();
        T::take(&mut parts, &state).await
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromRequest<State> + Send> ExtractLast<Whole> for T {
    async fn take_last(request: Request, state: State) -> Result<Self, Failure> {
        let refused = match T::from_request(request, &state).await {
            Ok(value) => return Ok(value),
            Err(refused) => refused.into_response(),
        };
        Err(rejection(refused).await)
    }
}

/// The state of the application that the request came to.
fn state() -> State {
    RequestSession::current().map_or_else(|| State::new(None), |session| session.state().clone())
}

/// Takes an argument from the request's head.
///
/// # Errors
/// The extractor's rejection, as a failure that the application's error handlers see.
pub async fn extract<T: Extract>(parts: &mut Parts) -> Result<T, Failure> {
    T::take(parts, &state()).await
}

/// Takes the last argument, which may need the body.
///
/// # Errors
/// As [`extract`].
pub fn extract_last<T: ExtractLast<Via>, Via>(request: Request) -> impl Future<Output = Result<T, Failure>> + Send {
    T::take_last(request, state())
}
