//! The engine as an argument of a handler.

use aludel_web::FromRequestParts;
use aludel_web::http::request::Parts;

use super::State;
use crate::data::Engine;
use crate::error::{Error, Result};

impl FromRequestParts<State> for Engine {
    type Rejection = Error;

    async fn from_request_parts(_parts: &mut Parts, state: &State) -> Result<Self> {
        state.engine().cloned().map_err(Error::unplaced)
    }
}
