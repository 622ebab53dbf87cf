//! Aludel's driver for SQLite. Statements run inline, on the task that asks: no thread per connection, no hop
//! per statement; and one that runs long hands the other tasks of its worker over.
//!
//! What an application says of its database stands in three places: the URL has the options, each of them told with its default
//! on [`Location`]; [`Sqlite`] has what no URL can say: attached files, functions, collations; and an engine that runs has
//! [`Backup`] and [`BlobPlace`].
//!
//! Other processes may have the file open: writers wait for each other without keeping a thread, readers for nobody. What that
//! comes to is held by the tests `stalls`, `waiting`, `killed` and `options` in `tests/it`.
//!
//! # Full-text search
//!
//! FTS5 is in the SQLite that comes with this crate. Its tables are made and asked by raw SQL:
//!
//! ```
//! use aludel_engine::Engine;
//! use aludel_sql::{Result, raw};
//! use aludel_sqlite::Sqlite;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result {
//! let engine = Engine::on(Sqlite::from_url("sqlite://")?);
//! engine.execute(raw("CREATE VIRTUAL TABLE notes USING fts5(title, body, tokenize = 'porter unicode61')")).await?;
//! engine.execute(raw("INSERT INTO notes VALUES ('Retort', 'it runs'), ('Lamp', 'light')")).await?;
//!
//! let found = raw("SELECT title FROM notes WHERE notes MATCH :words ORDER BY rank").bind("words", "running").one(&engine).await?;
//! assert_eq!(found.get::<String>(0), "Retort");
//! # Ok(())
//! # }
//! ```
//!
//! An index beside a table of your own (`content='notes'`) is kept in step by three triggers, as
//! <https://www.sqlite.org/fts5.html> shows in "External Content Tables".
//!
//! The floor plan, top to bottom; a module imports only from those below it:
//!
//! | module | what it is |
//! |---|---|
//! | `backup` | a copy of a database that is in use |
//! | `blob` | the bytes of one column, a part at a time |
//! | `driver` | `Sqlite`: from a URL to connections |
//! | `connection` | one connection: statements, transactions, the wait for another process |
//! | `violated` | which foreign key a refused statement has violated |
//! | `ffi` | prepared statements; the only unsafe code of Aludel |
//! | `open` | opens the file, says clearly why it cannot, and sets the pragmas |
//! | `database` | what all connections to a file share: the writer's queue, the checkpoints |
//! | `watch` | the handlers that SQLite calls while a statement runs or waits |
//! | `functions` | functions and orders of texts that the program gives to SQL |
//! | `effect` | what a statement does besides reading and writing rows |
//! | `errors` | from SQLite's codes to kinds of errors |
//! | `attached` | a second file beside the first |
//! | `url` | the URLs of SQLite databases |

#![deny(unsafe_code)]

mod backup;
mod blob;
mod driver;
mod connection;
mod violated;
mod ffi;
mod open;
mod database;
mod watch;
mod functions;
mod effect;
mod errors;
mod attached;
mod url;

pub use backup::{Backup, Progress};
pub use blob::{Blob, BlobPlace};
pub use driver::Sqlite;
pub use url::{Location, SecureDelete, Synchronous, TempStore};
