//! An application, built: what all its requests share. It changes no more, but for the count of those that run on
//! without a client.

use std::sync::Arc;

use http::Extensions;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::limits::Limits;
use crate::pages::Explainer;
use crate::request::Site;
use crate::scope::Scope;

use super::hooks::{ErrorHandler, TeardownHook};

pub(crate) struct Shared {
    pub(crate) name: String,
    pub(crate) site: Arc<Site>,
    pub(crate) limits: Limits,
    pub(crate) debug: bool,
    pub(crate) extensions: Extensions,
    pub(crate) scope: Option<Box<dyn Scope>>,
    pub(crate) error_handlers: Vec<ErrorHandler>,
    pub(crate) teardown_hooks: Vec<TeardownHook>,
    pub(crate) explainers: Vec<Explainer>,
    /// The requests that go on in the background because their clients went away.
    pub(crate) detached: TaskTracker,
    /// Cancelled when the server cannot wait for them any longer.
    pub(crate) hurry: CancellationToken,
}
