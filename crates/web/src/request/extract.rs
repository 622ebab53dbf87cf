//! The facts of the request as arguments of handlers.

use axum_core::extract::FromRequestParts;
use http::request::Parts;

use crate::error::Failure;

use super::info::{Peer, RequestInfo};

impl<S: Sync> FromRequestParts<S> for RequestInfo {
    type Rejection = Failure;

    async fn from_request_parts(_parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        Ok(Self::current().ok_or(Outside)?)
    }
}

/// The other end of the connection; a proxy, where there is one.
impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        Ok(RequestInfo::from_request_parts(parts, state).await?.peer())
    }
}

/// Somebody called an extractor by hand.
#[derive(Debug)]
struct Outside;

impl std::fmt::Display for Outside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no request is being answered here")
    }
}

impl std::error::Error for Outside {}
