//! The names that this crate gives to the types of requests and responses which all of axum's family share.

use std::future::Future;
use std::pin::Pin;

use axum_core::body::Body;

/// A request as a handler gets it.
pub type Request = http::Request<Body>;

/// A response as a handler gives it.
pub type Response = http::Response<Body>;

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
