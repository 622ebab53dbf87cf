//! Aludel's driver for SQLite. Statements run inline, on the task that asks: no thread per connection, no hop
//! per statement; and one that runs long hands the other tasks of its worker over.
//!
//! The floor plan, top to bottom; a module imports only from those below it:
//!
//! | module | what it is |
//! |---|---|
//! | `driver` | `Sqlite`: from a URL to connections |
//! | `connection` | one connection: statements, transactions, the wait for another process |
//! | `violated` | which foreign key a refused statement has violated |
//! | `ffi` | prepared statements; the only unsafe code of Aludel |
//! | `open` | opens the file, says clearly why it cannot, and sets the pragmas |
//! | `database` | what all connections to a file share: the writer's queue, the checkpoints |
//! | `watch` | the handlers that SQLite calls while a statement runs or waits |
//! | `effect` | what a statement does besides reading and writing rows |
//! | `errors` | from SQLite's codes to kinds of errors |
//! | `url` | the URLs of SQLite databases |

#![deny(unsafe_code)]

mod driver;
mod connection;
mod violated;
mod ffi;
mod open;
mod database;
mod watch;
mod effect;
mod errors;
mod url;

pub use driver::Sqlite;
pub use url::{Location, SecureDelete, Synchronous, TempStore};
