//! `Fixture`: what can be an argument of a test.

use aludel_web::Client;

use super::TestContext;
use super::fail::fail;
use crate::data::{Db, Engine};

/// What can be an argument of a test.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a test",
    label = "a test can take a `Client`, a `Db` or an `Engine`"
)]
pub trait Fixture: Sized {
    /// Makes it.
    ///
    /// # Panics
    /// If the test names no application and needs one.
    fn fixture(context: &TestContext) -> Self;
}

impl Fixture for Client {
    #[track_caller]
    fn fixture(context: &TestContext) -> Self {
        match context.service() {
            Ok(service) => Client::new(service.clone()),
            Err(error) => fail(error),
        }
    }
}

impl Fixture for Db {
    fn fixture(context: &TestContext) -> Self {
        Db::new(context.engine().session())
    }
}

impl Fixture for Engine {
    fn fixture(context: &TestContext) -> Self {
        context.engine().clone()
    }
}
