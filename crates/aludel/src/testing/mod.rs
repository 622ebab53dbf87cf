//! What `#[aludel::test]` gives to a test: a client, a session, an engine; on a database file of its own.

mod fixture;
mod context;
mod fail;

pub use aludel_web::Client;
pub use context::{TestContext, run_test};
pub use fixture::Fixture;
