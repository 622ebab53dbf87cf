//! Aludel's driver for SQLite. Statements run inline, on the task that asks: no thread per connection, no hop
//! per statement; and one that runs long hands the other tasks of its worker over.
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
