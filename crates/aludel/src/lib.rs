//! Aludel: database-backed web applications in Rust. A micro web framework, a SQL expression language, and over it a
//! session with an identity map and a unit of work.
//!
//! ```no_run
//! use aludel::prelude::*;
//!
//! #[derive(Model, Debug)]
//! #[table(name = "people")]
//! struct Person {
//!     #[column(primary_key)]
//!     id: i64,
//!     #[column(unique, length = 50)]
//!     name: String,
//! }
//!
//! #[get("/people/{id}")]
//! async fn show(mut db: Db, id: i64) -> Result<String> {
//!     let person = db.get::<Person>(id).await?.or_404()?;
//!     Ok(db[person].name.clone())
//! }
//!
//! #[aludel::main]
//! async fn main() -> Result {
//!     App::new("people").database("sqlite:///database.db").models(models![Person]).routes(routes![show]).run().await
//! }
//! ```
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `chrono` | | the dates and times of chrono in columns |
//! | `decimal` | | `Decimal` in columns |
//! | `json` | yes | `Json<T>` in columns, `json(..)`: a value as a JSON response |
//! | `mysql` | | the driver for MySQL and MariaDB |
//! | `postgres` | | the driver for PostgreSQL |
//! | `sqlite` | yes | the driver for SQLite, with SQLite itself |
//! | `time` | | the dates and times of the crate `time` in columns |
//! | `uuid` | yes | `Uuid` in columns |
//! | `web` | yes | `App`, routes, the request's session, the test client |
//!
//! The floor plan, top to bottom; a module imports only from those below it:
//!
//! | module | what it is |
//! |---|---|
//! | `prelude` | what a program imports |
//! | `testing` | what `#[aludel::test]` gives to a test |
//! | `app` | the application: its database, its start, its command line |
//! | `handler` | what a handler can ask for: the request's session, the engine, any extractor |
//! | `data` | engine by URL, `Db`, the check of the tables |
//! | `error` | the error of programs |
//! | `runtime` | what `#[aludel::main]` runs on |
//! | `types` | the types of other libraries that stand in columns, and the clock |

pub mod prelude;
#[doc(hidden)]
pub mod __private;
#[cfg(feature = "web")]
mod testing;
#[cfg(feature = "web")]
mod app;
#[cfg(feature = "web")]
mod handler;
mod data;
mod error;
mod runtime;
pub mod types;
#[cfg(doctest)]
mod readme;

pub use aludel_derive::*;
#[cfg(feature = "web")]
pub use app::App;
pub use data::{Db, Engine};
pub use error::{Error, Result};
#[cfg(feature = "web")]
pub use error::{NotFound, OrNotFound};
#[cfg(feature = "web")]
pub use handler::{Extension, State};
#[cfg(feature = "web")]
pub use testing::{Client, Fixture, TestContext};

pub use aludel_engine as engine;
pub use aludel_engine::worker;
/// The driver for MySQL and MariaDB, for what a URL cannot say.
#[cfg(feature = "mysql")]
pub use aludel_mysql as mysql;
/// The driver for PostgreSQL, for what a URL cannot say.
#[cfg(feature = "postgres")]
pub use aludel_postgres as postgres;
pub use aludel_sql as sql;
/// The driver for SQLite, for what a URL cannot say.
#[cfg(feature = "sqlite")]
pub use aludel_sqlite as sqlite;
#[cfg(feature = "web")]
pub use aludel_web as web;
pub use tracing;
