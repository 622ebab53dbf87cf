//! `State`: what the application knows, for extractors.

use std::sync::Arc;

use crate::data::Engine;
use crate::error::Result;

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
            aludel_sql::Error::new(aludel_sql::ErrorKind::Config, "a handler asks for the database, but the application has none")
                .hint("add `.database(\"sqlite:///database.db\")` to the application")
                .into()
        })
    }
}
