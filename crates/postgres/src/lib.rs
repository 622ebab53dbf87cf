//! Aludel's driver for PostgreSQL: binary, statements prepared once a connection, what is independent sent together; and whether a
//! transaction is open is what the server said last, never a count of ours.
//!
//! The floor plan, top to bottom; a module imports only from those below it:
//!
//! | module | what it is |
//! |---|---|
//! | `driver` | `Postgres`: from a URL to connections |
//! | `copies` | `CopyIn`, `CopyOut`: bytes as the server reads and writes them |
//! | `connection` | one connection: transactions, and the way back to where nothing is open |
//! | `run` | statements: prepared, sent, their rows handed on; many at once |
//! | `copy` | COPY: many rows in binary; how one is begun and ended |
//! | `exchange` | what a connection is in the middle of: the line, the statements it keeps, a BEGIN on its way |
//! | `row` | rows, read from the wire straight into fields |
//! | `prepared` | prepared statements |
//! | `catalog` | the columns of a table |
//! | `link` | the line to a server, which a task drives; recovery, cancellation |
//! | `position` | how far a server's log has come, and whether a standby has come as far |
//! | `number` | the number of a transaction, and what the server says of it later |
//! | `history` | what has become of a server since: whether the number is still that of the transaction |
//! | `dial` | opens a connection: hosts in their order, encryption, password |
//! | `sent` | a question on its way |
//! | `answer` | the answer to a simple query of our own |
//! | `encode`, `decode`, `numeric` | values to and from the binary formats |
//! | `kind` | how a type of the server stands on the wire |
//! | `wire` | sockets, with TLS or without |
//! | `certificate` | whose certificate is believed |
//! | `effect` | what a raw statement does besides reading and writing rows |
//! | `errors` | from the server's codes to kinds of errors |
//! | `tap` | listens to the stream: what the server says of the transaction, and whether a length lies |
//! | `url` | the URLs of PostgreSQL databases |

#![forbid(unsafe_code)]

mod driver;
mod copies;
mod connection;
mod run;
mod copy;
mod exchange;
mod row;
mod prepared;
mod catalog;
mod link;
mod position;
mod number;
mod history;
mod dial;
mod sent;
mod answer;
mod encode;
mod decode;
mod numeric;
mod kind;
mod wire;
mod certificate;
mod effect;
mod errors;
mod tap;
mod url;

pub use copies::{CopyIn, CopyOut};
pub use driver::Postgres;
pub use url::{Encryption, Host, Location, Password, Target};
