//! `App`: the web application of `aludel-web`, with a database.

use std::any::Any;
use std::future::Future;
use std::sync::Arc;

use aludel_sql::{Error as DbError, MetaData, Table};
use aludel_web::{Ended, Failure, IntoResponse, Limits, RequestInfo, Route, Service};

use super::explain::explain;
use crate::data::{Engine, prepare};
use crate::error::{Error, Result};
use crate::handler::{Database, State, request_failed};

/// An application: routes, a database, and what happens around a request.
#[must_use = "an application does nothing until it is run"]
pub struct App {
    name: String,
    web: aludel_web::App,
    database: Source,
    models: MetaData,
}

/// Where the database comes from.
enum Source {
    None,
    Url(String),
    Engine(Engine),
}

/// An application that can answer: its database is there, its tables are checked.
pub(crate) struct Ready {
    pub(crate) service: Service,
    pub(crate) engine: Option<Engine>,
}

impl App {
    /// Returns an application without routes and without a database.
    pub fn new(name: &str) -> Self {
        let web = aludel_web::App::new(name).explain(explain).debug(cfg!(debug_assertions));
        Self { name: name.to_owned(), web, database: Source::None, models: MetaData::default() }
    }

    /// The database, by its URL: see [`Engine`]. Of several, the last one counts.
    pub fn database(mut self, url: &str) -> Self {
        self.database = Source::Url(url.to_owned());
        self
    }

    /// Another database than the one that the program names.
    ///
    /// # Errors
    /// If the program names none, or makes its engine by itself.
    pub(super) fn at_database(mut self, url: &str) -> Result<Self> {
        match self.database {
            Source::Url(_) => self.database = Source::Url(url.to_owned()),
            Source::None => return Err(DbError::usage("this application has no database that `--database` could name").into()),
            Source::Engine(_) => {
                return Err(DbError::usage("this application makes its engine by itself, so that `--database` cannot name another").into());
            }
        }
        Ok(self)
    }

    /// The database, by an engine that the program has made.
    pub fn engine(mut self, engine: Engine) -> Self {
        self.database = Source::Engine(engine);
        self
    }

    /// The models: `models![Person, ..]`. At the start, missing tables are made, and the others are checked for the
    /// columns that are mapped.
    pub fn models(mut self, models: impl IntoIterator<Item = &'static Table>) -> Self {
        self.models.extend(models);
        self
    }

    /// The routes: `routes![index, add]`.
    pub fn routes(mut self, routes: impl IntoIterator<Item = Route>) -> Self {
        self.web = self.web.routes(routes);
        self
    }

    /// A value that every request brings along: handlers take it as [`Extension<T>`](crate::Extension), by its type. It is
    /// cloned for each request: wrap what is large into an `Arc`.
    pub fn extension<T: Any + Clone + Send + Sync>(mut self, value: T) -> Self {
        self.web = self.web.extension(value);
        self
    }

    /// Answers errors of the type `E`, wherever in a request they come up. Of several handlers for one type the last counts.
    ///
    /// A handler that answers some of them only *declines* the others: it returns the error as it got it, or another one of the
    /// same type. Such an error is answered as if there were no handler: with the status that it had, and blamed on the line that
    /// it came from. Any other error is one of the handler itself, a 500. What is answered with 500 or above is logged, once,
    /// whoever answers it.
    ///
    /// ```
    /// use aludel::prelude::*;
    ///
    /// async fn answer(error: DbError) -> Result<(StatusCode, String)> {
    ///     match error.kind() {
    ///         ErrorKind::Integrity(_) => Ok((StatusCode::CONFLICT, format!("not possible: {error}"))),
    ///         _ => Err(error.into()),
    ///     }
    /// }
    ///
    /// let app = App::new("people").on_error(answer);
    /// ```
    pub fn on_error<E, F, Fut>(mut self, handler: F) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
        F: Fn(E) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoResponse> + Send + 'static,
    {
        self.web = self.web.on_error(move |error: E| {
            request_failed();
            handler(error)
        });
        self
    }

    /// Calls `hook` at the end of each request, whatever its end is: the request's session is closed and rolled back by then.
    /// It gets the error that nobody handled, and returns nothing, or a `Result` whose error is logged. Hooks run in the reverse
    /// order of their registration.
    pub fn teardown<F, Fut>(mut self, hook: F) -> Self
    where
        F: Fn(RequestInfo, Option<Arc<Failure>>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: Ended> + Send + 'static,
    {
        self.web = self.web.teardown(hook);
        self
    }

    /// The bounds on what a client may send and how long anything may take.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.web = self.web.limits(limits);
        self
    }

    /// Whether errors are shown as a page to a browser on this machine: in a debug build they are.
    /// A release build never shows one.
    pub fn debug(mut self, debug: bool) -> Self {
        self.web = self.web.debug(debug && cfg!(debug_assertions));
        self
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Checks the routes without a database: for the list of them.
    pub(super) fn routed(self) -> Result<Service> {
        self.web.build().map_err(Error::unplaced)
    }

    /// Opens the database and builds the service.
    pub(crate) async fn ready(self) -> Result<Ready> {
        let engine = match self.database {
            Source::None => None,
            Source::Url(url) => Some(Engine::new(&url).map_err(Error::unplaced)?),
            Source::Engine(engine) => Some(engine),
        };
        let web = self.web.scope(Database::new(State::new(engine.clone())));
        // Routes that clash are told before a database is made.
        let service = web.build().map_err(Error::unplaced)?;
        if let Some(engine) = &engine {
            prepare(engine, &self.models).await.map_err(Error::unplaced)?;
        }
        Ok(Ready { service, engine })
    }
}
