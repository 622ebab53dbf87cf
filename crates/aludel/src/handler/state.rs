//! `State`: what the application knows, for extractors.

use std::sync::Arc;

use aludel_sql::{Error, ErrorKind, Result};

use crate::data::Engine;

/// What an application's extractors can see.
#[derive(Clone)]
pub struct State(Arc<Inner>);

struct Inner {
    engine: Option<Engine>,
}

impl State {
    pub(crate) fn new(engine: Option<Engine>) -> Self {
        Self(Arc::new(Inner { engine }))
    }

    /// The database of the application.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](aludel_sql::ErrorKind::Config) if it has none.
    pub fn engine(&self) -> Result<&Engine> {
        self.0.engine.as_ref().ok_or_else(|| {
            Error::new(ErrorKind::Config, "a handler asks for the database, but the application has none")
                .hint("add `.database(\"sqlite:///database.db\")` to the application")
        })
    }
}
